// The shortcuts of the app by name. Pages bind them with `useKeys`; the help lists them all, the
// palette those that are bound right now.
import { useLayoutEffect } from 'react';
import { read, write } from './prefs.ts';

/** The key that makes a shortcut inside a text field, as it is printed on the keyboard. */
export const MOD = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? '') ? '⌘' : 'Ctrl';

interface Shortcut {
  name: string;
  /** As `useKeys` knows it; null where a field or a list handles it itself. */
  key: string | null;
  shown: readonly string[];
}

export const SHORTCUTS = [
  { name: 'palette', key: null, shown: [`${MOD} K`] },
  { name: 'next', key: 'j', shown: ['J', '↓'] },
  { name: 'previous', key: 'k', shown: ['K', '↑'] },
  { name: 'open', key: null, shown: ['Enter'] },
  { name: 'take', key: 't', shown: ['T'] },
  { name: 'reply', key: 'r', shown: ['R'] },
  { name: 'note', key: 'n', shown: ['N'] },
  { name: 'transfer', key: 'm', shown: ['M'] },
  { name: 'return', key: 'b', shown: ['B'] },
  { name: 'resolve', key: 'e', shown: ['E'] },
  { name: 'snooze', key: 'z', shown: ['Z'] },
  { name: 'wake', key: 'shift+z', shown: ['Shift Z'] },
  { name: 'assign', key: 'a', shown: ['A'] },
  { name: 'assignMe', key: 'shift+a', shown: ['Shift A'] },
  { name: 'raise', key: 'u', shown: ['U'] },
  { name: 'tags', key: 'l', shown: ['L'] },
  { name: 'priority', key: 'p', shown: ['P'] },
  { name: 'snippet', key: 'c', shown: ['C'] },
  { name: 'macros', key: 'shift+m', shown: ['Shift M', `${MOD} Shift M`] },
  { name: 'resolveNext', key: 'shift+e', shown: ['Shift E'] },
  { name: 'pick', key: 'x', shown: ['X'] },
  { name: 'pickMore', key: null, shown: ['Shift J', 'Shift K'] },
  { name: 'search', key: '/', shown: ['/'] },
  { name: 'filter', key: 'f', shown: ['F'] },
  { name: 'saveView', key: 'v', shown: ['V'] },
  { name: 'goMine', key: 'g m', shown: ['G M'] },
  { name: 'goQueue', key: 'g u', shown: ['G U'] },
  { name: 'goTeam', key: 'g t', shown: ['G T'] },
  { name: 'goBot', key: 'g b', shown: ['G B'] },
  { name: 'goSnoozed', key: 'g z', shown: ['G Z'] },
  { name: 'goFlow', key: 'g f', shown: ['G F'] },
  { name: 'goKnowledge', key: 'g k', shown: ['G K'] },
  { name: 'goReports', key: 'g r', shown: ['G R'] },
  { name: 'goSettings', key: 'g s', shown: ['G S'] },
  { name: 'nextMine', key: null, shown: ['Alt ↓', 'Alt ↑'] },
  { name: 'why', key: 'w', shown: ['W'] },
  { name: 'card', key: 'h', shown: ['H'] },
  { name: 'panel', key: 'i', shown: ['I'] },
  { name: 'orders', key: 'o', shown: ['O'] },
  { name: 'copy', key: '.', shown: ['.'] },
  { name: 'rate', key: null, shown: ['1 … 5'] },
  { name: 'theme', key: 'd', shown: ['D'] },
  { name: 'send', key: null, shown: [`${MOD} ↵`] },
  { name: 'sendResolve', key: null, shown: [`${MOD} Shift ↵`] },
  { name: 'toggle', key: null, shown: [`${MOD} /`] },
  { name: 'template', key: null, shown: [`${MOD} .`] },
  { name: 'undo', key: null, shown: [`${MOD} Z`] },
  { name: 'back', key: null, shown: ['Esc'] },
  { name: 'help', key: '?', shown: ['?'] },
] as const satisfies readonly Shortcut[];

/** Names of shortcuts this person has put on another key; `off` for none at all. */
type Remap = Readonly<Record<string, string>>;

const STORE = 'keys';
let remap: Remap = stored();

function stored(): Remap {
  try {
    const saved: unknown = JSON.parse(read(STORE) ?? '{}');
    if (saved === null || typeof saved !== 'object') return {};
    return Object.fromEntries(
      Object.entries(saved).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
    );
  } catch {
    return {};
  }
}

/** The key of a shortcut now; null where it has none. */
export function keyOf(name: string): string | null {
  const own = remap[name];
  if (own === 'off') return null;
  return own ?? SHORTCUTS.find((one) => one.name === name)?.key ?? null;
}

export function isRemapped(): boolean {
  return Object.keys(remap).length > 0;
}

/** Whose key this is already, apart from one shortcut. */
export function holderOf(key: string, but: string): Command['name'] | null {
  return SHORTCUTS.find((one) => one.name !== but && keyOf(one.name) === key)?.name ?? null;
}

/** Puts a shortcut on a key, off, or (null) back where it was. */
export function setKey(name: string, key: string | null): void {
  const { [name]: _, ...rest } = remap;
  remap = key === null ? rest : { ...rest, [name]: key };
  write(STORE, JSON.stringify(remap));
}

export function resetKeys(): void {
  remap = {};
  write(STORE, '{}');
}

/** The key pages bind for the one that was pressed. */
function boundOf(pressed: string): string {
  const moved = Object.entries(remap).find(([, key]) => key === pressed);
  if (moved) return SHORTCUTS.find((one) => one.name === moved[0])?.key ?? '';
  // Its own shortcut has moved away.
  const owner = SHORTCUTS.find((one) => one.key === pressed);
  return owner && remap[owner.name] !== undefined ? '' : pressed;
}

function hasModifier({ ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  return ctrlKey || metaKey || altKey;
}

/** As `useKeys` knows a press, as long as it is one key without a modifier of the browser. */
export function pressedKey(event: KeyboardEvent): string | null {
  if (hasModifier(event)) return null;
  const key = event.key.toLowerCase();
  if (key === 'shift' || key === 'dead' || key === 'tab') return null;
  return event.shiftKey && /^\p{L}$/u.test(key) ? `shift+${key}` : key;
}

/** Digits go by their place: AZERTY has other characters there. */
function digitOf({ code, shiftKey }: KeyboardEvent): string | undefined {
  return shiftKey ? undefined : /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
}

/** A key as it is printed: `shift+e` → `Shift E`. */
export function shownKey(key: string): string {
  return key
    .split(/[+ ]/)
    .map((part) =>
      part.length === 1 ? part.toUpperCase() : `${part[0]?.toUpperCase()}${part.slice(1)}`,
    )
    .join(' ');
}

export type Bindings = Readonly<Record<string, (() => void) | undefined>>;

const bound = new Set<Bindings>();

export interface Command {
  name: (typeof SHORTCUTS)[number]['name'];
  shown: string;
  run: () => void;
}

/** What can be done here and now, in the order of the help. */
export function boundCommands(): Command[] {
  return SHORTCUTS.flatMap(({ name, key, shown: [first] }) => {
    const run = key === null ? undefined : bindingOf(key);
    const own = keyOf(name);
    return run ? [{ name, shown: own === null || own === key ? first : shownKey(own), run }] : [];
  });
}

function bindingOf(key: string): (() => void) | undefined {
  for (const bindings of bound) {
    const act = bindings[key];
    if (act) return act;
  }
  return undefined;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** Has the keys for itself; one that fades out (Base UI's `data-closed`) has given them back. */
const OVERLAY = ':is([role="dialog"],[role="alertdialog"],[role="menu"]):not([data-closed])';

/** Takes Escape for its own way back. */
const WAY_BACK = '[data-escapes]';

function isInside(target: EventTarget | null, what: string): boolean {
  return target instanceof Element && target.closest(what) !== null;
}

/** Beside those that write a character. */
const PLAYED = /^(?:Enter|Escape|Backspace|Arrow\w+)$/;
/** Those that have waited. */
const played = new WeakSet<Event>();
let holds = 0;

/** Pressed while what was asked for is not there yet. */
function isHeld(event: KeyboardEvent): boolean {
  return holds > 0 && !played.has(event);
}

/** What is not there after so many milliseconds is waited for without the keyboard. */
const LONGEST_HOLD_MS = 5000;

/**
 * From now on keys wait; those pressed meanwhile go to what has the focus when it ends. What takes too
 * long gets none of them: they were meant for nothing else.
 */
export function holdKeys(): () => void {
  const early: KeyboardEvent[] = [];
  const hold = (event: KeyboardEvent) => {
    if (played.has(event) || event.isComposing || hasModifier(event)) return;
    if (event.key.length > 1 && !PLAYED.test(event.key)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    early.push(event);
  };
  holds += 1;
  addEventListener('keydown', hold, { capture: true });
  // What comes takes the focus at the end of this very moment, and each key may change it again.
  const next = () => {
    const event = early.shift();
    if (event) {
      play(event);
      setTimeout(next);
    } else {
      release();
    }
  };
  let isHolding = true;
  const release = () => {
    if (!isHolding) return;
    isHolding = false;
    holds -= 1;
    removeEventListener('keydown', hold, { capture: true });
  };
  const patience = setTimeout(() => {
    early.length = 0;
    release();
  }, LONGEST_HOLD_MS);
  return () => {
    clearTimeout(patience);
    setTimeout(next);
  };
}

/** Does with a key what the browser would have done. */
function play(event: KeyboardEvent): void {
  const field = document.activeElement ?? document.body;
  const again = new KeyboardEvent('keydown', event);
  played.add(again);
  if (!field.dispatchEvent(again)) return;
  const { key } = event;
  if (key === 'Backspace') document.execCommand('delete');
  else if (key.length === 1) document.execCommand('insertText', false, key);
  else if (key !== 'Enter' || !(field instanceof HTMLElement)) return;
  else if (field instanceof HTMLInputElement) field.form?.requestSubmit();
  else if (!isTyping(field)) field.click();
}

/** `g` begins a way to a page: the next key within this time says which. */
const LEAD_MS = 1_200;
let ledAt = Number.NEGATIVE_INFINITY;

/**
 * Single keys in lower case, by the character they produce (`e`, `?`, `escape`, `shift+e`), outside
 * text fields and open dialogs. Other modifiers belong to the browser.
 */
export function useKeys(keys: Bindings): void {
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isHeld(event) || event.defaultPrevented || hasModifier(event)) return;
      if (event.isComposing || isTyping(event.target)) return;
      const key = event.key.toLowerCase();
      const isLed = event.timeStamp !== ledAt && event.timeStamp - ledAt < LEAD_MS;
      if (key === 'g' && !isLed && !event.shiftKey) {
        // Over a dialog as well: gone before the next key, that one would be a shortcut of its own.
        ledAt = event.timeStamp;
        return;
      }
      if (document.querySelector(OVERLAY)) return;
      if (key === 'escape' && isInside(event.target, WAY_BACK)) return;
      // After every listener has seen this very key.
      if (isLed) setTimeout(() => (ledAt = Number.NEGATIVE_INFINITY));
      const pressed = isLed ? `g ${key}` : pressedKey(event);
      const act =
        pressed === null ? undefined : (keys[boundOf(pressed)] ?? keys[digitOf(event) ?? '']);
      if (!act) return;
      event.preventDefault();
      act();
    };
    // Captured: a dialog that this very key closes must still count as open.
    addEventListener('keydown', onKey, { capture: true });
    bound.add(keys);
    return () => {
      removeEventListener('keydown', onKey, { capture: true });
      bound.delete(keys);
    };
  }, [keys]);
}
