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
  document.body.append(document.createElement('div'));
  root = createRoot(document.body.lastElementChild as Element);
  act(() =>
    root.render(<Choices label="Which" of={OF} onPick={onPick} first={{ current: null }} />),
  );
  return { onPick, list: document.querySelector('[role="listbox"]') as HTMLElement };
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

test('Enter picks the one in hand', () => {
  const { onPick, list } = show();
  press(list, { key: 'ArrowDown' });
  press(list, { key: 'Enter' });
  expect(onPick.mock.calls).toEqual([['two']]);
});
