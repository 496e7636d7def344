import { describe, expect, test } from 'vitest';
import type { FlowEdge, FlowNode } from '../api/types.ts';
import { layOut, WIDTH } from './flow-layout.ts';

const node = (id: string, kind = 'say'): FlowNode => ({
  id,
  kind,
  text: { fr: 'Bonjour' },
  options: [],
  detail: null,
});
const edge = (from: string, to: string, port = 'next'): FlowEdge => ({ from, port, to });

describe('the layout', () => {
  const nodes = ['a', 'b', 'c', 'd', 'alone'].map((id) => node(id)).concat(node('z', 'end'));
  const edges = [
    edge('a', 'b', 'one'),
    edge('a', 'c', 'two'),
    edge('b', 'd'),
    edge('c', 'd'),
    edge('d', 'a', 'back'),
    edge('d', 'z', 'out'),
  ];
  const { boxes, lines, width, height } = layOut(nodes, edges, 'a');
  const box = (id: string) => {
    const found = boxes.find((one) => one.node.id === id);
    if (!found) throw new Error(id);
    return found;
  };

  test('goes on from start to end', () => {
    expect(box('a').x).toBeLessThan(box('b').x);
    expect(box('b').x).toBe(box('c').x);
    expect(box('c').x).toBeLessThan(box('d').x);
    expect(box('alone').x).toBe(box('a').x);
  });

  test('begins at the top', () => {
    const late = layOut([node('x'), ...nodes], edges, 'a').boxes;
    expect(Math.min(...late.map((one) => one.y))).toBe(late.find((one) => one.node.id === 'a')?.y);
  });

  test('lets no step stand on another', () => {
    for (const one of boxes) {
      for (const other of boxes) {
        if (one === other || one.x !== other.x) continue;
        expect(one.y + one.height <= other.y || other.y + other.height <= one.y).toBe(true);
      }
    }
    for (const one of boxes) {
      expect(one.x + WIDTH).toBeLessThanOrEqual(width);
      expect(one.y + one.height).toBeLessThanOrEqual(height);
    }
  });

  test('names what leads back or to the end, and draws the rest', () => {
    expect(lines.map(({ from, to }) => `${from}${to}`)).toEqual(['ab', 'ac', 'bd', 'cd']);
    expect(box('d').exits).toMatchObject([
      { port: 'back', to: 'a', isLine: false },
      { port: 'out', to: 'z', isLine: false },
    ]);
    expect(boxes.some((one) => one.node.kind === 'end')).toBe(false);
  });

  test('ends on circles and on nothing', () => {
    expect(layOut([node('a')], [edge('a', 'a')], 'a').lines).toEqual([]);
    expect(layOut([], [], 'a').boxes).toEqual([]);
  });
});
