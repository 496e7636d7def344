// @vitest-environment jsdom
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, expect, test, vi } from 'vitest';
import { Choices } from './choices.tsx';

vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);

const OF = [
  { key: 'one', label: 'One' },
  { key: 'two', label: 'Two' },
];

let root: Root;

afterEach(() => {
  act(() => root.unmount());
  document.body.replaceChildren();
});

function show() {
  const onPick = vi.fn();
  const dialog = document.createElement('div');
  dialog.setAttribute('role', 'dialog');
  const field = document.createElement('input');
  dialog.append(field, document.createElement('div'));
  const behind = document.createElement('textarea');
  document.body.append(dialog, behind);
  root = createRoot(dialog.lastElementChild as Element);
  act(() =>
    root.render(<Choices label="Which" of={OF} onPick={onPick} first={{ current: null }} />),
  );
  return { onPick, field, behind, list: dialog.querySelector('[role="listbox"]') as HTMLElement };
}

function press(on: HTMLElement, init: KeyboardEventInit) {
  const event = new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init });
  act(() => void on.dispatchEvent(event));
  return event;
}

const TWO = { code: 'Digit2', key: 'é' };

test('a digit picks by its place on the keyboard', () => {
  const { onPick, list } = show();
  press(list, TWO);
  expect(onPick.mock.calls).toEqual([['two']]);
});

test('a quick key counts before the dialog has the focus, and reaches nothing behind it', () => {
  const { onPick, behind } = show();
  expect(press(document.body, TWO).defaultPrevented).toBe(true);
  const event = press(behind, TWO);
  expect(event.defaultPrevented).toBe(true);
  expect(onPick).toHaveBeenCalledTimes(2);
});

test('a held key and another field of the dialog are left alone', () => {
  const { onPick, field } = show();
  press(document.body, { key: 'Enter', repeat: true });
  press(field, TWO);
  expect(onPick).not.toHaveBeenCalled();
});
