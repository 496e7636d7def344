import { type KeyboardEvent, type ReactNode, type RefObject, useId, useState } from 'react';

export interface Choice {
  key: string;
  label: ReactNode;
  /** Said at the end of the line. */
  end?: ReactNode;
  isChosen?: boolean;
}

interface Props {
  label: string;
  of: readonly Choice[];
  onPick: (key: string) => void;
  /** What has the focus first. */
  first: RefObject<HTMLElement | null>;
}

/**
 * A short list one picks from: arrows and Enter, or a digit by its place on the keyboard, so that it
 * is one key on every layout.
 */
export function Choices({ label, of, onPick, first }: Props) {
  const id = useId();
  const [at, setAt] = useState(() =>
    Math.max(
      0,
      of.findIndex((choice) => choice.isChosen),
    ),
  );
  const onKey = (event: KeyboardEvent) => {
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
    const chosen = digit ? of[Number(digit) - 1] : event.key === 'Enter' ? of[at] : undefined;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!chosen && step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (chosen) onPick(chosen.key);
    else if (step !== undefined) setAt((before) => (before + step + of.length) % of.length);
  };
  return (
    <div
      ref={(element) => {
        first.current = element;
      }}
      className="choices"
      role="listbox"
      aria-label={label}
      aria-activedescendant={`${id}-${at}`}
      tabIndex={0}
      onKeyDown={onKey}
      data-testid="choices"
    >
      {of.map((choice, i) => (
        // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus and the keys
        // biome-ignore lint/a11y/useKeyWithClickEvents: see above
        <div
          key={choice.key}
          id={`${id}-${i}`}
          role="option"
          aria-selected={i === at}
          className={`ci${i === at ? ' on' : ''}`}
          onClick={() => onPick(choice.key)}
          data-testid={`choice-${choice.key}`}
        >
          <span className="grow cut">{choice.label}</span>
          {choice.end && <span className="t3 fs12 n">{choice.end}</span>}
          {i < 9 && <kbd>{i + 1}</kbd>}
        </div>
      ))}
    </div>
  );
}
