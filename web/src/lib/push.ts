// Being woken on this device when a customer waits and no page is open. The browser's vendor is
// asked to, by a key of this server; each person decides for each device.
import { api, call } from '../api/client.ts';
import { hasWorker } from './install.ts';

export function canPush(): boolean {
  return hasWorker() && 'PushManager' in globalThis && 'Notification' in globalThis;
}

/** `refused`: the person or the browser said no. `failed`: the vendor could not be reached. */
export type PushRefusal = 'refused' | 'failed';

async function subscription(): Promise<PushSubscription | null> {
  const worker = await navigator.serviceWorker.getRegistration();
  return (await worker?.pushManager.getSubscription()) ?? null;
}

export async function isPushing(): Promise<boolean> {
  return canPush() && Notification.permission === 'granted' && (await subscription()) !== null;
}

const tell = (endpoint: string, isOn: boolean) =>
  call(
    api.PUT('/api/v1/account/push', {
      body: { endpoint, is_on: isOn, is_phone: isPhone(navigator.userAgent) },
    }),
  );

/** A device that is carried along: whoever has it can be reached while no page is open. */
export function isPhone(browser: string): boolean {
  return /Mobi|Android|iPhone|iPad/.test(browser);
}

export async function startPush(key: string): Promise<PushRefusal | null> {
  if ((await Notification.requestPermission()) !== 'granted') return 'refused';
  const worker = await navigator.serviceWorker.ready;
  try {
    // One of another server's key, or of a key that was made anew, is worth nothing.
    await (await worker.pushManager.getSubscription())?.unsubscribe();
    const { endpoint } = await worker.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: bytesOf(key),
    });
    await tell(endpoint, true);
    return null;
  } catch {
    return 'failed';
  }
}

/** Also before signing out: who is gone is not told. */
export async function stopPush(): Promise<void> {
  if (!canPush()) return;
  const known = await subscription();
  if (!known) return;
  await tell(known.endpoint, false).catch(() => undefined);
  await known.unsubscribe();
}

/** Base64 as addresses have it. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(plain, (char) => char.charCodeAt(0));
}
