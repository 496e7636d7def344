import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { api, call } from '../../api/client.ts';
import { sessionQuery } from '../../api/queries.ts';
import { useWords } from '../../lib/i18n.ts';
import { useRefusal } from '../../lib/use-refusal.ts';
import type { Sort } from '../../lib/views.ts';
import { Button } from '../../ui/button.tsx';
import { Foot } from '../../ui/foot.tsx';
import { Modal } from '../../ui/modal.tsx';

interface Props {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  query: string;
  sort: Sort;
}

/** Keeps what is looked for under a name, for oneself or for all. */
export function SaveView({ open, onOpenChange, query, sort }: Props) {
  const { t } = useWords();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { data: user } = useSuspenseQuery(sessionQuery);
  const mayShare = ['owner', 'admin', 'supervisor'].includes(user?.role ?? '');
  const field = useRef<HTMLInputElement>(null);
  const [name, setName] = useState('');
  const [isShared, setShared] = useState(false);
  const refusal = useRefusal();
  const [problem, setProblem] = useState<string | null>(null);
  const save = async () => {
    setProblem(null);
    try {
      const view = await call(
        api.POST('/api/v1/views', { body: { name, query, sort, is_shared: isShared } }),
      );
      setName('');
      onOpenChange(false);
      await client.invalidateQueries({ queryKey: ['counts'] });
      void navigate({ to: '/inbox', search: { view: view.key } });
    } catch (caught) {
      setProblem(refusal(caught));
    }
  };
  return (
    <Modal
      open={open}
      initialFocus={field}
      onOpenChange={onOpenChange}
      title={t('views.save')}
      lead={query}
    >
      <form
        className="col g4 dlgb"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <label className="fld">
          <span className="flabel">{t('views.name')}</span>
          <input
            ref={field}
            className="inp"
            maxLength={60}
            value={name}
            onChange={(event) => setName(event.target.value)}
            data-testid="view-name"
          />
        </label>
        {mayShare && (
          <label className="row g2">
            <input
              type="checkbox"
              checked={isShared}
              onChange={(event) => setShared(event.target.checked)}
            />
            {t('views.shared')}
          </label>
        )}
        <Foot problem={problem} onCancel={() => onOpenChange(false)}>
          <Button look="pri" type="submit" disabled={name.trim() === ''}>
            {t('views.submit')}
          </Button>
        </Foot>
      </form>
    </Modal>
  );
}
