export type Strength = 'weak' | 'fair' | 'strong';

export const MIN_PASSWORD = 12;

/** Length first: it is what a password is worth. Variety lifts a medium one. */
export function strengthOf(password: string): Strength {
  const length = [...password].length;
  if (length < MIN_PASSWORD) return 'weak';
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\d/, /[^\p{L}\d]/u].filter((kind) => kind.test(password));
  const isVaried = new Set(password).size >= 8;
  if (!isVaried) return 'fair';
  return length >= 16 || kinds.length >= 3 ? 'strong' : 'fair';
}
