import { Select } from '@base-ui/react/select';
import { useQuery } from '@tanstack/react-query';
import { Check, ChevronsUpDown, UserRound, UserRoundPlus } from 'lucide-react';
import { personasQuery } from '../../api/queries.ts';
import { useWords } from '../../lib/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { type Holder, holderOf } from './persona.ts';

interface Props {
  holder: Holder;
  onHolder: (holder: Holder) => void;
  onFresh: () => void;
}

export function PersonaPicker({ holder, onHolder, onFresh }: Props) {
  const { t, language } = useWords();
  const { data: personas = [] } = useQuery(personasQuery);
  return (
    <div className="row simc">
      {personas.length > 0 && (
        <Select.Root
          value={holder.phone}
          onValueChange={(phone) => {
            const persona = personas.find((one) => one.phone === phone);
            if (persona) onHolder(holderOf(persona));
          }}
        >
          <Select.Trigger className="btn s" aria-label={t('sim.persona')} data-testid="persona">
            <UserRound className="i i14" />
            <Select.Value>{() => <span className="cut">{holder.name}</span>}</Select.Value>
            <ChevronsUpDown className="i i14" />
          </Select.Trigger>
          <Select.Portal>
            <Select.Positioner
              className="pos"
              sideOffset={6}
              alignItemWithTrigger={false}
              side="top"
            >
              <Select.Popup className="pop menu people">
                <Select.List>
                  {personas.map((persona) => (
                    <Select.Item key={persona.phone} value={persona.phone} className="ci tall">
                      <span className="grow">
                        <Select.ItemText render={<b className="med" />}>
                          {persona.name}
                        </Select.ItemText>
                        <span className="fs12 t3 cut blk">
                          {language(persona.language)}
                          {persona.note && ` · ${persona.note}`}
                        </span>
                      </span>
                      <Select.ItemIndicator>
                        <Check className="i i14" />
                      </Select.ItemIndicator>
                    </Select.Item>
                  ))}
                </Select.List>
              </Select.Popup>
            </Select.Positioner>
          </Select.Portal>
        </Select.Root>
      )}
      <Button size="s" onClick={onFresh} data-testid="fresh-customer">
        <UserRoundPlus className="i i14" />
        {t('sim.fresh')}
      </Button>
    </div>
  );
}
