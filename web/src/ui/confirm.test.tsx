// @vitest-environment jsdom
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { IntlProvider } from 'use-intl';
import { afterEach, expect, test, vi } from 'vitest';
import messages from '../../messages/en.json';
import { Confirm } from './confirm.tsx';

vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);

let root: Root;

afterEach(() => {
  act(() => root.unmount());
  document.body.replaceChildren();
});

function ask(name: string | null) {
  root = createRoot(document.body.appendChild(document.createElement('div')));
  act(() =>
    root.render(
      <IntlProvider locale="en" messages={messages}>
        <Confirm
          open
          onOpenChange={() => undefined}
          title="Erase"
          lead="There is no way back."
          word="ERASE"
          act={name}
          onAct={async () => undefined}
        />
      </IntlProvider>,
    ),
  );
  const at = (part: string) => document.querySelector(`[data-testid=${part}]`);
  return { word: at('confirm-word'), button: at('confirm') };
}

test('the word comes first', () => {
  const { word, button } = ask('Erase');
  expect(word).not.toBeNull();
  expect((button as HTMLButtonElement).disabled).toBe(true);
});

test('what cannot be done yet offers nothing to press', () => {
  expect(ask(null)).toEqual({ word: null, button: null });
});
