import { useTranslations } from 'use-intl';
import { Field } from '../../ui/field.tsx';

/** The code of the second factor, or one of the recovery codes. */
export function CodeField({
  value,
  onChange,
  isWrong,
}: {
  value: string;
  onChange: (code: string) => void;
  isWrong: boolean;
}) {
  const t = useTranslations();
  return (
    <Field
      label={t('signIn.code')}
      help={t('signIn.codeHelp')}
      name="code"
      autoComplete="one-time-code"
      autoFocus
      required
      value={value}
      onValueChange={onChange}
      error={isWrong ? t('signIn.wrongCode') : undefined}
    />
  );
}
