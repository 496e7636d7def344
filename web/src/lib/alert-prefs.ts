// Choices of this person that the first page does not need: how they are told, how long they can
// change their mind, how wide their list is.
import { read, write } from './prefs.ts';

export function isSoundOn(): boolean {
  return read('sound') !== 'off';
}

export function setSound(isOn: boolean): void {
  write('sound', isOn ? 'on' : 'off');
}

export const UNDO_SECONDS = [0, 3, 5, 10] as const;

/** How long a reply can be taken back. */
export function undoSeconds(): number {
  const saved = Number(read('undo') ?? 5);
  return UNDO_SECONDS.find((one) => one === saved) ?? 5;
}

export function setUndoSeconds(seconds: number): void {
  write('undo', String(seconds));
}

/** Notices of the system need https or this very machine, and the person's consent. */
export function canNotify(): boolean {
  return globalThis.isSecureContext === true && 'Notification' in globalThis;
}

export function isNotifying(): boolean {
  return read('notify') === 'on' && canNotify() && Notification.permission === 'granted';
}

/** Asks the browser where it has not been asked; false where it said no. */
export async function setNotifying(isOn: boolean): Promise<boolean> {
  const granted = isOn && canNotify() && (await Notification.requestPermission()) === 'granted';
  write('notify', granted ? 'on' : 'off');
  return granted;
}

export const LIST_WIDTH = { min: 260, max: 520 } as const;

/** Null: as wide as the page gives. */
export function listWidth(): number | null {
  const saved = Number(read('list-width'));
  return saved >= LIST_WIDTH.min && saved <= LIST_WIDTH.max ? saved : null;
}

export function setListWidth(width: number): void {
  write('list-width', String(width));
}

/** The panel beside the thread, where there is room for it. */
export function isPanelShown(): boolean {
  return read('panel') !== 'off';
}

export function setPanelShown(isShown: boolean): void {
  write('panel', isShown ? 'on' : 'off');
}
