import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import type { Flow } from '../../api/types.ts';
import { layOut } from '../../lib/flow-layout.ts';
import type { Path } from '../../lib/flow-path.ts';
import { FlowStep, useTarget } from './flow-step.tsx';

/** The flow on a phone: its steps one below the other, from where conversations begin. */
export function FlowOutline({
  flow,
  path,
  target,
  onJump,
}: {
  flow: Flow;
  path: Path | null;
  target: { node: string } | null;
  onJump: (node: string) => void;
}) {
  const t = useTranslations();
  const boxes = useMemo(() => {
    const start = flow.entries.find((entry) => entry.name === 'start')?.node ?? '';
    return layOut(flow.nodes, flow.edges, start).boxes.toSorted((a, b) => a.x - b.x || a.y - b.y);
  }, [flow]);
  const shown = new Set(boxes.map((box) => box.node.id));
  useTarget(target);
  return (
    <section
      className={`foutline${path ? ' on-path' : ''}`}
      aria-label={t('flow.canvas', { name: flow.name })}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, the keyboard must reach it
      tabIndex={0}
    >
      <ol className="steps">
        {boxes.map((box) => (
          <FlowStep
            key={box.node.id}
            box={box}
            flow={flow}
            path={path}
            isTarget={target?.node === box.node.id}
            onJump={(node) => shown.has(node) && onJump(node)}
          />
        ))}
      </ol>
    </section>
  );
}
