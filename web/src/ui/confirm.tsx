import '../styles/confirm.css';
import { type ReactNode, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useRefusal } from '../lib/use-refusal.ts';
import { Button } from './button.tsx';
import { Foot } from './foot.tsx';
import { Modal } from './modal.tsx';

interface Props {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  lead: string;
  /** Has to be typed before; for what cannot be undone. */
  word?: string;
  /** What the button says; nothing where it cannot be done yet, and the lead says why. */
  act: string | null;
  onAct: () => Promise<void>;
  children?: ReactNode;
}

/** Says the effect first; what cannot be undone asks for a word. */
export function Confirm({ open, onOpenChange, title, lead, word, act, onAct, children }: Props) {
  const t = useTranslations();
  const refusal = useRefusal();
  const [typed, setTyped] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const run = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await onAct();
      setTyped('');
      onOpenChange(false);
    } catch (caught) {
      setProblem(refusal(caught));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal open={open} onOpenChange={onOpenChange} title={title} lead={lead}>
      <form
        className="col g4 dlgb"
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        {children}
        {word && act && (
          <label className="fld">
            <span className="flabel">{t('confirm.type', { word })}</span>
            <input
              className="inp"
              autoComplete="off"
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              data-testid="confirm-word"
            />
          </label>
        )}
        <Foot problem={problem} onCancel={() => onOpenChange(false)}>
          {act && (
            <Button
              className="danger"
              type="submit"
              busy={isBusy}
              disabled={word !== undefined && typed.trim() !== word}
              data-testid="confirm"
            >
              {act}
            </Button>
          )}
        </Foot>
      </form>
    </Modal>
  );
}
