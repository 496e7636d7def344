// @vitest-environment jsdom
import { act, useRef } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { IntlProvider } from 'use-intl';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { late } from './late.tsx';
import { Modal } from './modal.tsx';

vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);

let root: Root;

function Question({ open }: { open: boolean }) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <IntlProvider locale="en" messages={{ app: { close: 'Close' } }}>
      <button type="button">before</button>
      <Modal open={open} onOpenChange={() => undefined} title="Which" initialFocus={field}>
        <input ref={field} />
      </Modal>
    </IntlProvider>
  );
}

beforeEach(() => {
  document.body.innerHTML = '<div></div>';
  root = createRoot(document.querySelector('div') as HTMLElement);
});
afterEach(() => act(() => root.unmount()));

test('the focus is in a dialog as soon as it is there, and back as soon as it closes', async () => {
  const frame = vi.spyOn(window, 'requestAnimationFrame').mockReturnValue(0);
  act(() => root.render(<Question open={false} />));
  const button = document.querySelector('button');
  button?.focus();
  await act(async () => root.render(<Question open />));
  expect(document.activeElement?.tagName).toBe('INPUT');
  act(() => root.render(<Question open={false} />));
  expect(document.activeElement).toBe(button);
  frame.mockRestore();
});

test('what is fetched late is shown once it is there, and at once from then on', async () => {
  const fetch = vi.fn(async () => Question);
  const Late = late(fetch);
  await act(async () => root.render(<Late open />));
  expect(document.activeElement?.tagName).toBe('INPUT');
  act(() => root.render(<p />));
  act(() => root.render(<Late open />));
  expect(document.querySelector('[role="dialog"]')).not.toBe(null);
  expect(fetch).toHaveBeenCalledTimes(1);
});

test('what could not be fetched says so, and is asked for again the next time', async () => {
  const fetch = vi.fn(async () => Question).mockRejectedValueOnce(new Error('no network'));
  const Late = late(fetch);
  Late.load();
  await vi.waitFor(() => expect(fetch).toHaveBeenCalledTimes(1));
  await act(async () => root.render(<Late open />));
  expect(document.activeElement?.tagName).toBe('INPUT');
});
