import { expect, test } from 'vitest';
import type { ThreadEvent } from '../api/types.ts';
import { exitKey, pathOf, turnsOf } from './flow-path.ts';
import { eventOf, messageOf } from './testing.ts';

const said = (position: number, text: string): ThreadEvent =>
  eventOf({ position, message: messageOf(text) });
const turn = (position: number, walked: [string, string | null][]): ThreadEvent =>
  eventOf({
    position,
    kind: 'turn_decided',
    by: 'bot',
    trace: {
      rules: [],
      winner: 'digits',
      node: walked.at(-1)?.[0] ?? null,
      walked: walked.map(([node, port]) => ({ node, port })),
    },
  });

const events = [
  said(1, 'bonjour'),
  turn(2, [
    ['welcome', 'other'],
    ['menu', null],
  ]),
  said(3, '3'),
  eventOf({ position: 4, kind: 'escalated', by: 'bot' }),
  turn(5, [
    ['menu', 'agent'],
    ['person', null],
  ]),
];

test('a turn has the words before it and says whether it handed over', () => {
  expect(turnsOf(events)).toMatchObject([
    { said: 'bonjour', isHandoff: false, steps: [{ node: 'welcome' }, { node: 'menu' }] },
    { said: '3', isHandoff: true, winner: 'digits' },
  ]);
});

test('each step has one number, and only exits that were taken are marked', () => {
  const { order, exits } = pathOf(turnsOf(events));
  expect([...order]).toEqual([
    ['welcome', 1],
    ['menu', 2],
    ['person', 3],
  ]);
  expect([...exits]).toEqual([exitKey('welcome', 'other'), exitKey('menu', 'agent')]);
});

test('a turn that waited for an answer of another system goes on under the same words', () => {
  const waited = [
    said(1, 'ML-2041'),
    turn(2, [['lookup', null]]),
    turn(3, [
      ['lookup', 'postcode'],
      ['ask_postcode', null],
    ]),
  ];
  const turns = turnsOf(waited);
  expect(turns).toHaveLength(1);
  expect(turns[0]?.steps.map((step) => step.node)).toEqual(['lookup', 'lookup', 'ask_postcode']);
});
