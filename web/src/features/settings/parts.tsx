// What every settings page is made of.
import { CircleX } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { useTranslations } from 'use-intl';
import { toApiError } from '../../api/client.ts';
import { useFault, useRefusal } from '../../lib/use-refusal.ts';
import { Button } from '../../ui/button.tsx';
import { Banner } from '../../ui/states.tsx';

/** A named block of a page. */
export function Panel({
  title,
  lead,
  action,
  children,
}: {
  title: string;
  lead?: ReactNode;
  action?: ReactNode;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section className="cd setp" aria-labelledby={id}>
      <header className="setph">
        <div className="grow">
          <h2 id={id}>{title}</h2>
          {lead && <p className="t3 fs12">{lead}</p>}
        </div>
        {action}
      </header>
      {children}
    </section>
  );
}

/** Sends when it is submitted; the page stays. */
export function Form({
  className = 'setdlg',
  onSend,
  children,
}: {
  className?: string;
  onSend: () => void;
  children: ReactNode;
}) {
  return (
    <form
      className={className}
      onSubmit={(event) => {
        event.preventDefault();
        onSend();
      }}
    >
      {children}
    </form>
  );
}

/** Why something was not done; nothing while all is well. */
export function Refused({ error }: { error: unknown }) {
  const t = useTranslations();
  const refusal = useRefusal();
  const fault = useFault();
  if (!error) return null;
  const problem = toApiError(error);
  const known = t.has(`settings.refused.${problem.slug}`);
  const faults = problem.fields.map((one) => ({ at: one.pointer, ...fault(one) }));
  const isUnknown = faults.some((one) => !one.isKnown) && problem.requestId;
  return (
    <Banner tone="bad" icon={<CircleX className="i" />}>
      <b>{known ? t(`settings.refused.${problem.slug}`) : refusal(problem)}</b>
      {faults.map((one) => (
        <span key={one.at + one.text} className="setfault" title={one.at}>
          {one.text}
        </span>
      ))}
      {isUnknown && (
        <span className="setfault t3">{t('error.request', { id: problem.requestId ?? '' })}</span>
      )}
    </Banner>
  );
}

/** The next page of a log; nothing where this is the last. */
export function More({
  of,
}: {
  of: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown> };
}) {
  const t = useTranslations();
  if (!of.hasNextPage) return null;
  return (
    <Button busy={of.isFetchingNextPage} onClick={() => void of.fetchNextPage()}>
      {t('settings.more')}
    </Button>
  );
}

/** Saves what was changed, or takes it back. Shown only while there is something to save. */
export function SaveBar({
  draft,
  save,
  isWhole = true,
  onSave,
}: {
  /** Every field holds something that can be saved; the wrong ones say what is wrong. */
  isWhole?: boolean;
  draft: { isChanged: boolean; reset: () => void };
  save: { isPending: boolean; error: unknown; reset: () => void };
  onSave: () => void;
}) {
  const t = useTranslations();
  if (!draft.isChanged && !save.error) return null;
  const reset = () => {
    draft.reset();
    save.reset();
  };
  return (
    <div className="setsave">
      <Refused error={save.error} />
      <div className="row">
        <Button look="pri" busy={save.isPending} disabled={!isWhole} onClick={onSave}>
          {t('settings.save')}
        </Button>
        <Button look="ghost" onClick={reset}>
          {t('settings.reset')}
        </Button>
      </div>
    </div>
  );
}

/** A draft of something the server has; `null` while nothing was changed. */
export function useDraft<T>(stored: T) {
  const [draft, setDraft] = useState<T | null>(null);
  return {
    value: draft ?? stored,
    isChanged: draft !== null && JSON.stringify(draft) !== JSON.stringify(stored),
    set: setDraft,
    reset: () => setDraft(null),
  };
}

export function Select({
  label,
  value,
  options,
  onPick,
  hideLabel = false,
  help,
}: {
  label: string;
  value: string;
  options: readonly (readonly [string, string])[];
  onPick: (value: string) => void;
  hideLabel?: boolean;
  help?: string;
}) {
  const id = useId();
  return (
    <div className="fld">
      <label className={hideLabel ? 'sr' : 'flabel'} htmlFor={id}>
        {label}
      </label>
      <select
        id={id}
        className="inp setsel"
        value={value}
        aria-describedby={help ? `${id}-help` : undefined}
        onChange={(e) => onPick(e.target.value)}
      >
        {options.map(([key, name]) => (
          <option key={key} value={key}>
            {name}
          </option>
        ))}
      </select>
      {help && (
        <span id={`${id}-help`} className="fhelp">
          {help}
        </span>
      )}
    </div>
  );
}

/** Some of a few. */
export function Checks({
  label,
  of,
  value,
  onPick,
}: {
  label: string;
  of: readonly (readonly [string, string])[];
  value: readonly string[];
  onPick: (value: string[]) => void;
}) {
  return (
    <fieldset className="fld">
      <legend className="flabel">{label}</legend>
      <div className="row wrap">
        {of.map(([key, name]) => (
          <label key={key} className="setcheck">
            <input
              type="checkbox"
              checked={value.includes(key)}
              onChange={(event) =>
                onPick(event.target.checked ? [...value, key] : value.filter((one) => one !== key))
              }
            />
            {name}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** Something to hand on, shown once. */
export function Copied({ label, text }: { label: string; text: string }) {
  const t = useTranslations();
  const [isCopied, setCopied] = useState(false);
  return (
    <div className="fld">
      <span className="flabel">{label}</span>
      <div className="row">
        <input
          className="inp mono grow"
          readOnly
          aria-label={label}
          value={text}
          onFocus={(e) => e.target.select()}
        />
        <Button
          onClick={() => {
            // Without https there is no clipboard: the field is selected on focus instead.
            void navigator.clipboard?.writeText(text).then(() => setCopied(true));
          }}
        >
          {isCopied ? t('settings.copied') : t('settings.copy')}
        </Button>
      </div>
    </div>
  );
}
