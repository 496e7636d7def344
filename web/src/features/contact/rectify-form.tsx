import { Undo2 } from 'lucide-react';
import { useId, useState } from 'react';
import type { ContactChange, ContactDetail } from '../../api/types.ts';
import { useWords } from '../../lib/i18n.ts';
import { formatPhone } from '../../lib/text.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Foot } from '../../ui/foot.tsx';
import { useRectify } from './use-rectify.ts';

/** Languages the web app has a name for. */
const LANGUAGES = ['fr', 'en', 'es', 'pt', 'ar', 'hi'];
const LONGEST_NAME = 120;

/** Puts a name or a language right, or takes that back. What was not touched is not sent. */
export function RectifyForm({ contact, onDone }: { contact: ContactDetail; onDone: () => void }) {
  const { t, language: named, segment } = useWords();
  const id = useId();
  const { rectified } = contact;
  const [name, setName] = useState(contact.name ?? '');
  const [language, setLanguage] = useState(contact.language ?? '');
  // Of when the form was opened: the page is kept up to date behind it. Whoever was told that somebody
  // was faster has seen what is known now.
  const [seen, setSeen] = useState<number | null>(contact.revision);
  const [isTried, setTried] = useState(false);
  const rectify = useRectify(contact.id);
  const isNameNew = name.trim() !== (contact.name ?? '');
  const isBadName = isNameNew && (name.trim() === '' || [...name.trim()].length > LONGEST_NAME);
  const send = (change: Omit<ContactChange, 'revision'>) =>
    rectify.mutate(
      { revision: seen ?? contact.revision, ...change },
      { onSuccess: onDone, onError: () => setSeen(null) },
    );
  const codes = [...new Set([...LANGUAGES, ...(contact.language ? [contact.language] : [])])];
  const back = (of: 'name' | 'language', told: string | null) => (
    <Button size="s" onClick={() => send({ [of]: null })} data-testid={`take-back-${of}`}>
      <Undo2 className="i i14 flip" />
      {told ? t('contact.takeBack', { value: told }) : t('contact.takeBackNone')}
    </Button>
  );
  return (
    <form
      className="col g4 dlgb"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (isBadName) return;
        const isLanguageNew = language !== (contact.language ?? '');
        if (!isNameNew && !isLanguageNew) return onDone();
        send({
          ...(isNameNew ? { name: name.trim() } : {}),
          ...(isLanguageNew ? { language } : {}),
        });
      }}
    >
      <div className="col g2">
        <Field
          label={t('contact.name')}
          value={name}
          onValueChange={setName}
          dir="auto"
          autoComplete="off"
          data-testid="rectify-name"
          error={isTried && isBadName ? t('contact.nameWrong') : undefined}
          help={
            rectified.name &&
            (rectified.name.told
              ? t('contact.saysName', { value: rectified.name.told })
              : t('contact.saysNothing'))
          }
        />
        {rectified.name && <span>{back('name', rectified.name.told)}</span>}
      </div>
      <div className="fld">
        <label className="flabel" htmlFor={id}>
          {t('panel.language')}
        </label>
        <select
          id={id}
          className="inp setsel"
          value={language}
          aria-describedby={rectified.language ? undefined : `${id}-help`}
          onChange={(event) => setLanguage(event.target.value)}
          data-testid="rectify-language"
        >
          {language === '' && <option value="">–</option>}
          {codes.map((code) => (
            <option key={code} value={code}>
              {named(code)}
            </option>
          ))}
        </select>
        {rectified.language ? (
          <span>{back('language', rectified.language.told && named(rectified.language.told))}</span>
        ) : (
          contact.language && (
            <span id={`${id}-help`} className="fhelp">
              {t('contact.guessed', { value: named(contact.language) })}
            </span>
          )
        )}
      </div>
      {contact.phone && (
        <div className="col g1" data-testid="phone-stays">
          <span className="flabel">
            {t('panel.phone')} · <bdi className="n">{formatPhone(contact.phone)}</bdi>
          </span>
          <span className="fhelp">{t('contact.phoneStays')}</span>
        </div>
      )}
      {contact.segment && (
        <div className="col g1">
          <span className="flabel">
            {t('panel.segment')} · {segment(contact.segment)}
          </span>
          <span className="fhelp">{t('contact.segmentStays')}</span>
        </div>
      )}
      <Foot problem={rectify.problem} onCancel={onDone}>
        <Button look="pri" type="submit" busy={rectify.isPending} data-testid="rectify-save">
          {t('contact.save')}
        </Button>
      </Foot>
    </form>
  );
}
