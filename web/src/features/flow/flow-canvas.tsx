import { Minus, Plus, Scan } from 'lucide-react';
import { type PointerEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Flow } from '../../api/types.ts';
import { type Layout, layOut, WIDTH } from '../../lib/flow-layout.ts';
import { exitKey, type Path } from '../../lib/flow-path.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { FlowStep, useTarget } from './flow-step.tsx';

interface Props {
  flow: Flow;
  /** Null: nobody's way is shown. */
  path: Path | null;
  /** The step that the reader asked for. */
  target: { node: string } | null;
}

const ZOOMS = [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.15] as const;

/** The flow to look at: steps in columns, their exits, and the way a conversation took. */
export function FlowCanvas({ flow, path, target }: Props) {
  const t = useTranslations();
  const scroller = useRef<HTMLDivElement>(null);
  const layout = useMemo(() => {
    const start = flow.entries.find((entry) => entry.name === 'start')?.node ?? '';
    return layOut(flow.nodes, flow.edges, start);
  }, [flow]);
  const [zoom, setZoom] = useState(1);
  const drag = useRef<{ x: number; y: number } | null>(null);

  const fit = () => {
    const box = scroller.current;
    if (!box) return;
    const room = Math.min(box.clientWidth / layout.width, box.clientHeight / layout.height);
    setZoom(ZOOMS.findLast((one) => one <= room) ?? ZOOMS[0]);
    box.scrollTo({ left: 0, top: 0 });
  };
  useEffect(() => {
    const box = scroller.current;
    // As much as can be read: wider flows are scrolled.
    if (box) setZoom(Math.max(0.7, Math.min(1, box.clientHeight / layout.height)));
  }, [layout]);
  useTarget(target);

  const step = (delta: 1 | -1) => {
    const next = delta > 0 ? ZOOMS.find((z) => z > zoom + 0.01) : ZOOMS.findLast((z) => z < zoom);
    if (next !== undefined) setZoom(next);
  };
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    if (event.pointerType !== 'mouse' || event.button !== 0) return;
    if ((event.target as HTMLElement).closest('button')) return;
    drag.current = { x: event.clientX, y: event.clientY };
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    if (!drag.current) return;
    event.currentTarget.scrollBy(drag.current.x - event.clientX, drag.current.y - event.clientY);
    drag.current = { x: event.clientX, y: event.clientY };
  };
  const stop = () => {
    drag.current = null;
  };

  return (
    <div className="canvas">
      <section
        ref={scroller}
        className="cscroll"
        aria-label={t('flow.canvas', { name: flow.name })}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, the keyboard must reach it
        tabIndex={0}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={stop}
        onPointerCancel={stop}
      >
        <div style={{ inlineSize: layout.width * zoom, blockSize: layout.height * zoom }}>
          <div
            className={`cplane${path ? ' on-path' : ''}`}
            style={{
              inlineSize: layout.width,
              blockSize: layout.height,
              transform: `scale(${zoom})`,
            }}
          >
            <Lines layout={layout} path={path} />
            <ol className="steps">
              {layout.boxes.map((box) => (
                <FlowStep
                  key={box.node.id}
                  box={box}
                  style={{ transform: `translate(${box.x}px, ${box.y}px)`, inlineSize: WIDTH }}
                  flow={flow}
                  path={path}
                  isTarget={target?.node === box.node.id}
                />
              ))}
            </ol>
          </div>
        </div>
      </section>
      <div className="czoom">
        <IconButton label={t('flow.zoomOut')} onClick={() => step(-1)}>
          <Minus className="i" />
        </IconButton>
        <span className="fs12 n" aria-live="polite">
          {Math.round(zoom * 100)} %
        </span>
        <IconButton label={t('flow.zoomIn')} onClick={() => step(1)}>
          <Plus className="i" />
        </IconButton>
        <IconButton label={t('flow.fit')} onClick={fit}>
          <Scan className="i" />
        </IconButton>
      </div>
    </div>
  );
}

function Lines({ layout, path }: { layout: Layout; path: Path | null }) {
  const isOn = (line: Layout['lines'][number]) =>
    path?.exits.has(exitKey(line.from, line.port)) ?? false;
  // What was walked lies on top.
  const sorted = [...layout.lines].sort((a, b) => Number(isOn(a)) - Number(isOn(b)));
  return (
    <svg
      className="clines"
      width={layout.width}
      height={layout.height}
      viewBox={`0 0 ${layout.width} ${layout.height}`}
      aria-hidden="true"
    >
      {sorted.map((line) => (
        <path
          key={exitKey(line.from, line.port)}
          d={line.path}
          className={isOn(line) ? 'on' : ''}
        />
      ))}
    </svg>
  );
}
