// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { IntlProvider } from 'use-intl';
import { afterEach, expect, test, vi } from 'vitest';
import messages from '../../../messages/en.json';
import { instanceQuery, templatesQuery } from '../../api/queries.ts';
import type { Conversation, Template } from '../../api/types.ts';
import { TemplatePicker } from './template-picker.tsx';
import type { Actions } from './use-actions.ts';

vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);

let root: Root;

afterEach(() => {
  act(() => root.unmount());
  document.body.replaceChildren();
});

const TEMPLATE: Template = {
  name: 'rappel',
  language: 'en',
  body: 'Hello {name}, {order} leaves on {delivery_day}.',
  may_be_sent: true,
  places: [
    { name: 'name', value: 'Claire' },
    { name: 'order', value: null },
    { name: 'delivery_day', value: null },
  ],
};

function show(template: Template) {
  const client = new QueryClient({ defaultOptions: { queries: { enabled: false } } });
  client.setQueryData(templatesQuery('c1').queryKey, [template]);
  client.setQueryData(instanceQuery.queryKey, { languages: ['en'] } as never);
  const send = vi.fn();
  const onBack = vi.fn();
  root = createRoot(document.body.appendChild(document.createElement('div')));
  act(() =>
    root.render(
      <IntlProvider locale="en" messages={messages} timeZone="UTC">
        <QueryClientProvider client={client}>
          <TemplatePicker
            conversation={{ id: 'c1', language: 'en', contact: { name: 'Claire' } } as Conversation}
            session={{ kind: 'closed', since: null }}
            actions={{ send } as unknown as Actions}
            onBack={onBack}
          />
        </QueryClientProvider>
      </IntlProvider>,
    ),
  );
  return { send, onBack };
}

const fields = () => [...document.querySelectorAll<HTMLInputElement>('form input')];
const preview = () => document.querySelector('form p')?.textContent;
const button = () => document.querySelector('button[type="submit"]') as HTMLButtonElement;
const reason = () =>
  document.getElementById(button().getAttribute('aria-describedby') ?? '')?.textContent;

function type(field: HTMLInputElement | undefined, value: string) {
  const setter = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set;
  act(() => {
    setter?.call(field, value);
    field?.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

test('each unknown value has its field, and goes with the act', () => {
  const { send, onBack } = show(TEMPLATE);
  expect(fields().map((field) => field.labels?.[0]?.textContent)).toEqual([
    'Order',
    'Delivery day',
  ]);
  expect(preview()).toBe('Hello Claire, Order leaves on Delivery day.');
  expect(button().disabled).toBe(true);
  expect(reason()).toBe('Unknown: Order, Delivery day. Fill in to send.');

  const [order, day] = fields();
  type(order, ' ML-1 ');
  expect(reason()).toBe('Unknown: Delivery day. Fill in to send.');
  type(day, '   ');
  expect(button().disabled).toBe(true);
  type(day, 'Monday');
  expect(preview()).toBe('Hello Claire, ML-1 leaves on Monday.');
  expect(reason()).toBe('');
  act(() => button().click());
  expect(send.mock.calls).toEqual([
    [{ do: 'reply', template: 'rappel', values: { order: 'ML-1', delivery_day: 'Monday' } }],
  ]);
  expect(onBack).toHaveBeenCalledOnce();
});

test('what WhatsApp would refuse is said at its field and not sent', () => {
  const { send } = show(TEMPLATE);
  const [order, day] = fields();
  type(day, 'Monday');
  type(order, 'ML\t1');
  expect(order?.getAttribute('aria-invalid')).toBe('true');
  const note = document.getElementById(order?.getAttribute('aria-describedby') ?? '');
  expect(note?.textContent).toBe(messages.composer.valueLayout);
  expect(button().disabled).toBe(true);
  expect(reason()).toBe(messages.composer.unfit);
  type(order, 'x'.repeat(201));
  expect(note?.textContent).toContain('200');
  act(() => document.querySelector('form')?.requestSubmit());
  expect(send).not.toHaveBeenCalled();
});

test('the whole message has its limit too', () => {
  show({
    ...TEMPLATE,
    body: `${'x'.repeat(1020)}{order}`,
    places: [{ name: 'order', value: null }],
  });
  type(fields()[0], 'ML-20');
  expect(reason()).toContain('1,024');
  type(fields()[0], 'ML-1');
  expect(button().disabled).toBe(false);
});

test('where all is known there is nothing to fill, and no values go', () => {
  const { send } = show({
    ...TEMPLATE,
    body: 'Hello {name}.',
    places: TEMPLATE.places.slice(0, 1),
  });
  expect(fields()).toHaveLength(0);
  act(() => button().click());
  expect(send.mock.calls).toEqual([[{ do: 'reply', template: 'rappel' }]]);
});
