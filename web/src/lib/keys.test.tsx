// @vitest-environment jsdom
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  type Bindings,
  boundCommands,
  holderOf,
  holdKeys,
  keyOf,
  resetKeys,
  setKey,
  useKeys,
} from './keys.ts';

vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);

let root: Root;

function Page({ keys }: { keys: Bindings }) {
  useKeys(keys);
  return (
    <>
      <textarea />
      <button type="button">x</button>
    </>
  );
}

function show(keys: Bindings) {
  act(() => root.render(<Page keys={keys} />));
}
function press(key: string, init: KeyboardEventInit = {}, on = 'button') {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init });
  document.querySelector(on)?.dispatchEvent(event);
  return event;
}

beforeEach(() => {
  document.body.innerHTML = '<div></div>';
  root = createRoot(document.querySelector('div') as HTMLElement);
});
afterEach(() => act(() => root.unmount()));

test('a key acts outside of text fields, and with caps lock too', () => {
  const take = vi.fn();
  show({ t: take });
  press('t');
  press('T');
  press('t', {}, 'textarea');
  expect(take).toHaveBeenCalledTimes(2);
});

test('shift makes another key of a letter, and is part of a sign', () => {
  const [resolve, next, help] = [vi.fn(), vi.fn(), vi.fn()];
  show({ e: resolve, 'shift+e': next, '?': help });
  press('E', { shiftKey: true });
  press('?', { shiftKey: true });
  expect([resolve, next, help].map((one) => one.mock.calls.length)).toEqual([0, 1, 1]);
});

test.each(['ctrlKey', 'metaKey', 'altKey'] as const)('%s leaves the key to the browser', (mod) => {
  const act_ = vi.fn();
  show({ r: act_ });
  expect(press('r', { [mod]: true }).defaultPrevented).toBe(false);
  expect(act_).not.toHaveBeenCalled();
});

test.each(['dialog', 'alertdialog', 'menu'])('an open %s has the keys till it closes', (role) => {
  const act_ = vi.fn();
  show({ e: act_ });
  const popup = document.createElement('div');
  popup.setAttribute('role', role);
  document.body.append(popup);
  press('e');
  expect(act_).not.toHaveBeenCalled();
  popup.setAttribute('data-closed', '');
  press('e');
  expect(act_).toHaveBeenCalledTimes(1);
  popup.remove();
});

test('the first key of a way counts over a dialog that is gone before the second', async () => {
  const [raise, queue] = [vi.fn(), vi.fn()];
  show({ u: raise, 'g u': queue });
  const popup = document.createElement('div');
  popup.setAttribute('role', 'dialog');
  document.body.append(popup);
  press('g');
  popup.remove();
  // A key has its own time.
  await new Promise((passed) => setTimeout(passed, 5));
  press('u');
  expect([raise, queue].map((one) => one.mock.calls.length)).toEqual([0, 1]);
});

test('the palette offers what is bound now and nothing that is not', () => {
  show({ t: vi.fn(), e: undefined, escape: vi.fn() });
  expect(boundCommands().map((command) => command.name)).toEqual(['take']);
  act(() => root.render(null));
  expect(boundCommands()).toEqual([]);
});

test('a shortcut put on another key acts there and no longer at its own place', () => {
  const take = vi.fn();
  const wake = vi.fn();
  show({ t: take, 'shift+z': wake });
  setKey('take', 'y');
  press('t');
  expect(take).not.toHaveBeenCalled();
  press('y');
  expect(take).toHaveBeenCalledTimes(1);
  expect(holderOf('y', 'wake')).toBe('take');
  setKey('wake', 'off');
  press('Z', { shiftKey: true });
  expect(wake).not.toHaveBeenCalled();
  expect(keyOf('wake')).toBeNull();
  resetKeys();
  press('t');
  expect(take).toHaveBeenCalledTimes(2);
});

test('what is pressed while something is awaited waits, and goes to what has the focus then', async () => {
  const orders = vi.fn();
  const written: string[] = [];
  document.execCommand = (_, __, text) => written.push(text ?? '') > 0;
  show({ o: orders });
  const field = document.querySelector('textarea') as HTMLElement;
  const heard: string[] = [];
  field.addEventListener('keydown', (event) => heard.push(event.key));
  const free = holdKeys();
  expect(press('o').defaultPrevented).toBe(true);
  press('Tab');
  press('k');
  field.focus();
  free();
  await vi.waitFor(() => expect(written).toEqual(['o', 'k']));
  expect(heard).toEqual(['o', 'k']);
  expect(orders).not.toHaveBeenCalled();
  await vi.waitFor(() => {
    press('o');
    expect(orders).toHaveBeenCalled();
  });
});

test('what never comes does not keep the keyboard, and gets none of it', () => {
  vi.useFakeTimers();
  const orders = vi.fn();
  show({ o: orders });
  const free = holdKeys();
  press('o');
  vi.advanceTimersByTime(5000);
  expect(orders).not.toHaveBeenCalled();
  press('o');
  expect(orders).toHaveBeenCalledTimes(1);
  free();
  vi.runAllTimers();
  press('o');
  expect(orders).toHaveBeenCalledTimes(2);
  vi.useRealTimers();
});
