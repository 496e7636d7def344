// What shows that whoever sits at a signed-in browser is the account's owner.
import { useWords } from '../../lib/i18n.ts';
import { Field } from '../../ui/field.tsx';

interface Proof {
  value: string;
  onValueChange: (value: string) => void;
}

/** The password they have now. */
export function CurrentPassword(proof: Proof) {
  const { t } = useWords();
  return (
    <Field
      label={t('settings.account.current')}
      type="password"
      autoComplete="current-password"
      {...proof}
    />
  );
}

/** A code of their second factor, or one to recover with. */
export function Code(proof: Proof) {
  const { t } = useWords();
  return (
    <Field label={t('settings.account.codeOrRecovery')} autoComplete="one-time-code" {...proof} />
  );
}
