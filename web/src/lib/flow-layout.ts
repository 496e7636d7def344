// Where the steps of a flow stand: columns from where conversations begin, exits that lead far or
// back become a jump named in the row instead of a line across the page.
import type { FlowEdge, FlowNode } from '../api/types.ts';

export interface Box {
  node: FlowNode;
  x: number;
  y: number;
  height: number;
  exits: Exit[];
}

export interface Exit {
  port: string;
  to: string | null;
  /** From the top of the box to the middle of the exit's row. */
  offset: number;
  isLine: boolean;
}

export interface Line {
  from: string;
  port: string;
  to: string;
  path: string;
}

export interface Layout {
  boxes: Box[];
  lines: Line[];
  width: number;
  height: number;
}

export const WIDTH = 212;
export const HEAD = 36;
export const TEXT = 40;
export const ROW = 26;
const FOOT = 6;
const GAP_X = 64;
const GAP_Y = 22;
const MARGIN = 20;
/** Lines over more columns than this are hard to follow. */
const FAR = 2;

export function layOut(
  nodes: readonly FlowNode[],
  edges: readonly FlowEdge[],
  start: string,
): Layout {
  const ends = new Set(nodes.filter((node) => node.kind === 'end').map((node) => node.id));
  const shown = nodes.filter((node) => !ends.has(node.id));
  const known = new Set(shown.map((node) => node.id));
  const out = new Map<string, FlowEdge[]>();
  for (const edge of edges) out.set(edge.from, [...(out.get(edge.from) ?? []), edge]);
  const column = columnsOf(shown, out, known);

  const isLine = (edge: FlowEdge) => {
    const span = (column.get(edge.to) ?? 0) - (column.get(edge.from) ?? 0);
    return known.has(edge.to) && span >= 1 && span <= FAR;
  };
  const boxes = new Map<string, Box>();
  for (const node of shown) boxes.set(node.id, boxOf(node, out.get(node.id) ?? [], isLine));
  const columns: Box[][] = [];
  for (const box of boxes.values()) {
    const at = column.get(box.node.id) ?? 0;
    columns[at] ??= [];
    if (box.node.id === start) columns[at].unshift(box);
    else columns[at].push(box);
  }
  place(columns, edges, boxes, isLine);

  const lines = edges.filter(isLine).flatMap((edge) => {
    const from = boxes.get(edge.from);
    const to = boxes.get(edge.to);
    const exit = from?.exits.find((one) => one.port === edge.port);
    if (!from || !to || !exit) return [];
    const [x1, y1] = [from.x + WIDTH, from.y + exit.offset];
    const [x2, y2] = [to.x, to.y + HEAD / 2];
    const bend = Math.max(28, (x2 - x1) / 2);
    const path = `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
    return [{ ...edge, path }];
  });
  const all = [...boxes.values()];
  return {
    boxes: all,
    lines,
    width: Math.max(0, ...all.map((box) => box.x + WIDTH)) + MARGIN,
    height: Math.max(0, ...all.map((box) => box.y + box.height)) + MARGIN,
  };
}

function boxOf(node: FlowNode, edges: FlowEdge[], isLine: (edge: FlowEdge) => boolean): Box {
  const order = node.options.map((option) => option.port);
  const rank = (port: string) => (order.includes(port) ? order.indexOf(port) : order.length);
  const sorted = [...edges].sort((a, b) => rank(a.port) - rank(b.port));
  const top = HEAD + (Object.keys(node.text).length > 0 ? TEXT : 0);
  const exits = sorted.map((edge, i) => ({
    port: edge.port,
    to: edge.to,
    offset: top + i * ROW + ROW / 2,
    isLine: isLine(edge),
  }));
  const height = top + exits.length * ROW + (exits.length > 0 ? 0 : FOOT);
  return { node, x: 0, y: 0, height, exits };
}

/** The longest way from a beginning, over edges that do not lead back. */
function columnsOf(
  nodes: readonly FlowNode[],
  out: ReadonlyMap<string, FlowEdge[]>,
  known: ReadonlySet<string>,
): Map<string, number> {
  const done: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const forward = new Map<string, string[]>();
  const visit = (id: string) => {
    state.set(id, 'open');
    for (const { to } of out.get(id) ?? []) {
      if (!known.has(to) || state.get(to) === 'open') continue;
      forward.set(id, [...(forward.get(id) ?? []), to]);
      if (!state.has(to)) visit(to);
    }
    state.set(id, 'done');
    done.push(id);
  };
  for (const node of nodes) if (!state.has(node.id)) visit(node.id);
  const column = new Map<string, number>();
  for (const id of done.reverse()) {
    const here = column.get(id) ?? 0;
    column.set(id, here);
    for (const to of forward.get(id) ?? []) {
      column.set(to, Math.max(column.get(to) ?? 0, here + 1));
    }
  }
  return column;
}

/** Each box near the exits that lead to it, none over another. */
function place(
  columns: Box[][],
  edges: readonly FlowEdge[],
  boxes: ReadonlyMap<string, Box>,
  isLine: (edge: FlowEdge) => boolean,
): void {
  const into = new Map<string, FlowEdge[]>();
  for (const edge of edges.filter(isLine)) {
    into.set(edge.to, [...(into.get(edge.to) ?? []), edge]);
  }
  const wanted = (box: Box): number | null => {
    const heights = (into.get(box.node.id) ?? []).flatMap((edge) => {
      const from = boxes.get(edge.from);
      const exit = from?.exits.find((one) => one.port === edge.port);
      return from && exit ? [from.y + exit.offset - HEAD / 2] : [];
    });
    if (heights.length === 0) return null;
    return heights.reduce((sum, one) => sum + one, 0) / heights.length;
  };
  columns.forEach((column, at) => {
    const order = column
      .map((box, i) => ({ box, i, y: wanted(box) }))
      .sort((a, b) => (a.y ?? Infinity) - (b.y ?? Infinity) || a.i - b.i);
    let free = MARGIN;
    for (const { box, y } of order) {
      box.x = MARGIN + at * (WIDTH + GAP_X);
      box.y = Math.round(Math.max(free, y ?? free));
      free = box.y + box.height + GAP_Y;
    }
  });
}
