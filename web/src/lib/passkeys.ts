// What the browser does with passkeys; the server speaks base64url, the browser bytes.

/** Why there are none here; nothing where there are. */
export function passkeysMissing(
  place: Pick<Location, 'protocol' | 'hostname'> = location,
  hasKeys: boolean = typeof PublicKeyCredential !== 'undefined',
): 'http' | 'number' | 'browser' | null {
  const { protocol, hostname } = place;
  if (/^[\d.]+$|:/.test(hostname)) return 'number';
  if (protocol !== 'https:' && hostname !== 'localhost') return 'http';
  return hasKeys ? null : 'browser';
}

type Json = Record<string, unknown>;

export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(plain, (char) => char.charCodeAt(0));
}

export function textOf(bytes: ArrayBuffer): string {
  const plain = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(plain).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** The same with the bytes of the challenge and of every id. */
function wish(options: Json): Json {
  const user = options.user as Json | undefined;
  const ids = (list: unknown) =>
    (list as { id: string }[] | undefined)?.map((one) => ({ ...one, id: bytesOf(one.id) }));
  return {
    ...options,
    challenge: bytesOf(options.challenge as string),
    ...(user ? { user: { ...user, id: bytesOf(user.id as string) } } : {}),
    ...(options.excludeCredentials ? { excludeCredentials: ids(options.excludeCredentials) } : {}),
    ...(options.allowCredentials ? { allowCredentials: ids(options.allowCredentials) } : {}),
  };
}

/** Asks the device for a new passkey. */
export async function makePasskey(options: Json) {
  const publicKey = wish(options) as unknown as PublicKeyCredentialCreationOptions;
  const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
  const response = made.response as AuthenticatorAttestationResponse;
  return {
    id: textOf(made.rawId),
    transports: response.getTransports?.() ?? [],
    attestation_object: textOf(response.attestationObject),
    client_data: textOf(response.clientDataJSON),
  };
}

/** Asks the device to sign with one that it has. */
export async function signWithPasskey(options: Json) {
  const publicKey = wish(options) as unknown as PublicKeyCredentialRequestOptions;
  const signed = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
  const response = signed.response as AuthenticatorAssertionResponse;
  return {
    id: textOf(signed.rawId),
    authenticator_data: textOf(response.authenticatorData),
    signature: textOf(response.signature),
    client_data: textOf(response.clientDataJSON),
    user_handle: response.userHandle ? textOf(response.userHandle) : null,
  };
}

/** The person closed the device's own window, or it waited too long: nothing went wrong. */
export function isGivenUp(error: unknown): boolean {
  return error instanceof DOMException && ['NotAllowedError', 'AbortError'].includes(error.name);
}
