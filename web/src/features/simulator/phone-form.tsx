import { type FormEvent, useId, useState } from 'react';
import type { SimulatorMessage } from '../../api/types.ts';
import { useWords } from '../../lib/i18n.ts';

export type Answers = Record<string, string>;

type Form = NonNullable<SimulatorMessage['form']>;

/** What is filled in, as the thread tells it: left empty is left out. */
export function filledIn(form: Form, data: FormData): { text: string; answers: Answers } {
  const given = form.fields.flatMap(({ name }) => {
    const value = String(data.get(name) ?? '').trim();
    return value === '' ? [] : [[name, value] as const];
  });
  const text = given.map(([name, value]) => `${name}: ${value}`).join('\n');
  return { text, answers: Object.fromEntries(given) };
}

interface Props {
  form: Form;
  button: string;
  /** Something was said since: it is history. */
  isOver: boolean;
  onSend: (text: string, choice: { payload: string; answers: Answers }) => void;
}

/** A form of the conversation, with the fields the flow reads; WhatsApp shows a screen of its own. */
export function PhoneForm({ form, button, isOver, onSend }: Props) {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { text, answers } = filledIn(form, new FormData(event.currentTarget));
    onSend(text || button, { payload: form.payload, answers });
    setOpen(false);
  };
  return (
    <div className="wb">
      <button
        type="button"
        disabled={isOver}
        aria-expanded={isOpen && !isOver}
        onClick={() => setOpen(!isOpen)}
        data-testid="phone-form"
      >
        {button}
      </button>
      {isOpen && !isOver && (
        <form className="wf" onSubmit={submit}>
          {form.fields.map(({ name, answer, is_optional }, i) => (
            <div className="fld" key={name}>
              <label className="flabel" htmlFor={`${id}-${i}`}>
                {is_optional ? t('sim.optional', { field: name }) : name}
              </label>
              <input
                id={`${id}-${i}`}
                className="inp"
                name={name}
                dir="auto"
                inputMode={answer === 'email' ? 'email' : answer === 'number' ? 'decimal' : 'text'}
                maxLength={1000}
                required={!is_optional}
                // biome-ignore lint/a11y/noAutofocus: it was opened by the button just pressed
                autoFocus={i === 0}
                autoComplete="off"
              />
            </div>
          ))}
          <button type="submit">{t('sim.fillIn')}</button>
        </form>
      )}
    </div>
  );
}
