// The way a conversation took through the flow, turn by turn, read from its log.
import type { ThreadEvent, Walked } from '../api/types.ts';

export interface PathTurn {
  position: number;
  at: string;
  /** What the customer wrote before the turn; null where nothing was said. */
  said: string | null;
  /** The rule that decided. */
  winner: string | null;
  steps: Walked[];
  /** It ended with a hand-off. */
  isHandoff: boolean;
}

export function turnsOf(events: readonly ThreadEvent[]): PathTurn[] {
  const turns: PathTurn[] = [];
  let said: string[] = [];
  let handoff = false;
  for (const event of events) {
    if (event.by === 'customer' && event.message) said.push(event.message.text ?? '…');
    if (event.kind === 'escalated' || event.kind === 'rerouted') handoff = true;
    if (!event.trace) continue;
    const last = turns.at(-1);
    if (last && said.length === 0) {
      // What was waited for came: the same turn goes on.
      last.steps = [...last.steps, ...event.trace.walked];
      last.isHandoff ||= handoff;
    } else {
      turns.push({
        position: event.position,
        at: event.at,
        said: said.length > 0 ? said.join(' · ') : null,
        winner: event.trace.winner,
        steps: event.trace.walked,
        isHandoff: handoff,
      });
    }
    said = [];
    handoff = false;
  }
  return turns;
}

export interface Path {
  /** Step → the number it is passed under first, from 1. */
  order: ReadonlyMap<string, number>;
  /** Exits taken, as `step:port`. */
  exits: ReadonlySet<string>;
}

export function exitKey(node: string, port: string): string {
  return `${node}:${port}`;
}

export function pathOf(turns: readonly PathTurn[]): Path {
  const order = new Map<string, number>();
  const exits = new Set<string>();
  for (const { node, port } of turns.flatMap((turn) => turn.steps)) {
    if (!order.has(node)) order.set(node, order.size + 1);
    if (port !== null) exits.add(exitKey(node, port));
  }
  return { order, exits };
}
