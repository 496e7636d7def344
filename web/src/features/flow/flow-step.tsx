import { Infinity as Always, CornerDownRight } from 'lucide-react';
import { type CSSProperties, useEffect } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import type { Flow } from '../../api/types.ts';
import type { Box } from '../../lib/flow-layout.ts';
import { exitKey, type Path } from '../../lib/flow-path.ts';
import { actOf, inLanguage, kindName, stepNames } from '../../lib/steps.ts';
import { exitName, lookOf } from './step-words.ts';

/** Brings the step that was asked for into view, and the focus to it. */
export function useTarget(target: { node: string } | null): void {
  useEffect(() => {
    if (!target) return;
    const step = document.getElementById(`step-${target.node}`);
    step?.scrollIntoView({ block: 'center', inline: 'center' });
    step?.focus({ preventScroll: true });
  }, [target]);
}

/** One step with its exits: a box of the canvas, or a line of the outline. */
export function FlowStep({
  box,
  flow,
  path,
  isTarget,
  style,
  onJump,
}: {
  box: Box;
  flow: Flow;
  path: Path | null;
  isTarget: boolean;
  /** Where it stands on the canvas. */
  style?: CSSProperties;
  /** In the outline an exit is followed by pressing it. */
  onJump?: (node: string) => void;
}) {
  const t = useTranslations();
  const locale = useLocale();
  const { node } = box;
  const { tone, Icon } = lookOf(node.kind);
  const number = path?.order.get(node.id);
  const text = inLanguage(node.text, locale);
  // What it says stands below.
  const heading = text === null ? actOf(t, node) : kindName(t, node.kind);
  const nameOf = stepNames(t, locale, flow);
  return (
    <li
      id={`step-${node.id}`}
      tabIndex={-1}
      className={`step${number === undefined ? '' : ' on'}${isTarget ? ' target' : ''}`}
      {...(style ? { style } : {})}
      data-testid={number === undefined ? 'step' : 'step-walked'}
    >
      {number !== undefined && (
        <span className="stepn">
          <span className="sr">{t('flow.passed')} </span>
          {number}
        </span>
      )}
      <div className="steph">
        <span className={`tile ${tone}`}>
          <Icon className="i i14" />
        </span>
        <b className="cut" title={`${heading} (${node.id})`}>
          {heading}
        </b>
        {flow.entries.some((entry) => entry.node === node.id) && (
          <span className="t3">
            <Always className="i i12" aria-hidden="true" />
            <span className="sr">{t('flow.entry')}</span>
          </span>
        )}
        {text !== null && <span className="end fs11 t3 cut">{node.id}</span>}
      </div>
      {text !== null && (
        <p className="stept" dir="auto">
          {t('trace.quote', { text })}
        </p>
      )}
      {box.exits.map((exit) => {
        const isOn = path?.exits.has(exitKey(node.id, exit.port)) ?? false;
        const name = <span className="cut grow">{exitName(t, locale, node, exit.port)}</span>;
        const { to } = exit;
        const jump = to !== null && (
          <span className="exj">
            <CornerDownRight className="i i12 flip" aria-hidden="true" />
            <span className="cut" title={nameOf(to)}>
              {nameOf(to)}
            </span>
          </span>
        );
        const look = `exit${isOn ? ' on' : ''}`;
        if (onJump && to !== null) {
          return (
            <button key={exit.port} type="button" className={look} onClick={() => onJump(to)}>
              {name}
              {jump}
            </button>
          );
        }
        return (
          <div key={exit.port} className={look}>
            {name}
            {to !== null &&
              (exit.isLine && style ? (
                <span className="sr">{t('flow.leads', { step: nameOf(to) })}</span>
              ) : (
                jump
              ))}
            {exit.isLine && style && <span className="port" aria-hidden="true" />}
          </div>
        );
      })}
    </li>
  );
}
