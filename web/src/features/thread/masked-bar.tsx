import { useMutation, useQueryClient } from '@tanstack/react-query';
import { EyeOff } from 'lucide-react';
import { useState } from 'react';
import { api, call } from '../../api/client.ts';
import { useWords } from '../../lib/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Foot } from '../../ui/foot.tsx';
import { Modal } from '../../ui/modal.tsx';
import { Banner } from '../../ui/states.tsx';

/** A reason says something: the server asks for as many characters. */
const SHORTEST = 10;
const LONGEST = 300;

/** Says that words are hidden, and shows them to whoever says why they must read them. */
export function MaskedBar({ id }: { id: string }) {
  const { t } = useWords();
  const client = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const read = useMutation({
    mutationFn: () =>
      call(
        api.POST('/api/v1/conversations/{id}/reading', {
          params: { path: { id } },
          body: { reason: reason.trim() },
        }),
      ),
    onSuccess: async () => {
      setOpen(false);
      // What is known is masked: the thread is read again from its beginning.
      await client.resetQueries({ queryKey: ['events', id] });
      await client.invalidateQueries({ queryKey: ['conversation', id] });
    },
  });
  const length = [...reason.trim()].length;
  return (
    <div className="inpane" data-testid="masked">
      <Banner
        icon={<EyeOff className="i" />}
        action={
          <Button size="s" onClick={() => setOpen(true)}>
            {t('masked.act')}
          </Button>
        }
      >
        {t('masked.text')}
      </Banner>
      <Modal open={isOpen} onOpenChange={setOpen} title={t('masked.title')} lead={t('masked.lead')}>
        <form
          className="col g4 dlgb"
          onSubmit={(event) => {
            event.preventDefault();
            read.mutate();
          }}
        >
          <Field
            label={t('masked.reason')}
            help={t('masked.help', { shortest: SHORTEST, longest: LONGEST })}
            maxLength={LONGEST}
            value={reason}
            onValueChange={setReason}
          />
          <Foot problem={read.isError && t('masked.failed')} onCancel={() => setOpen(false)}>
            <Button look="pri" type="submit" busy={read.isPending} disabled={length < SHORTEST}>
              {t('masked.send')}
            </Button>
          </Foot>
        </form>
      </Modal>
    </div>
  );
}
