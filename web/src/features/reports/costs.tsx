import '../../styles/settings.css';
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Fragment, useState } from 'react';
import { api, call } from '../../api/client.ts';
import { sessionQuery } from '../../api/queries.ts';
import type { components } from '../../api/schema.ts';
import { useWords } from '../../lib/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Foot } from '../../ui/foot.tsx';
import { Modal } from '../../ui/modal.tsx';
import { Bars } from '../../ui/states.tsx';
import { Form, Panel, Refused } from '../settings/parts.tsx';
import { SettingsWords } from '../settings/words.tsx';

type Costs = components['schemas']['Costs'];
type Line = components['schemas']['CostLine'];

const CATEGORIES = ['marketing', 'utility', 'authentication', 'service'];

/** Messages by month and category as WhatsApp bills them; money where rates were entered. */
export function CostsCard() {
  return (
    <SettingsWords>
      <Card />
    </SettingsWords>
  );
}

function Card() {
  const { t } = useWords();
  const { data: user } = useSuspenseQuery(sessionQuery);
  const [isOpen, setOpen] = useState(false);
  const costs = useQuery({
    queryKey: ['costs'],
    queryFn: () => call(api.GET('/api/v1/figures/costs')),
    staleTime: 60_000,
  });
  const canEdit = ['owner', 'admin'].includes(user?.role ?? '');
  const months = costs.data?.months.filter((month) => month.lines.length > 0) ?? [];
  return (
    <Panel
      title={t('settings.costs.title')}
      lead={t('settings.costs.lead')}
      action={
        canEdit &&
        costs.data && (
          <Button size="s" onClick={() => setOpen(true)}>
            {t('settings.costs.rates')}
          </Button>
        )
      }
    >
      {costs.isPending && <Bars count={3} />}
      <Refused error={costs.error} />
      {costs.data && months.length === 0 && <p className="t3">{t('settings.costs.none')}</p>}
      {months.length > 0 && costs.data && <Table months={months} rates={costs.data.rates} />}
      {costs.data && isOpen && (
        <RatesDialog rates={costs.data.rates} onClose={() => setOpen(false)} />
      )}
    </Panel>
  );
}

function Table({ months, rates }: { months: Costs['months']; rates: Costs['rates'] }) {
  const { t, locale } = useWords();
  const count = new Intl.NumberFormat(locale);
  const money = (micros: number | null) =>
    micros === null || !rates
      ? '—'
      : new Intl.NumberFormat(locale, { style: 'currency', currency: rates.currency }).format(
          micros / 1_000_000,
        );
  const nameOf = (month: string) =>
    new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
      new Date(`${month}-01T00:00:00Z`),
    );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: wide tables are scrolled with keys
    <section className="tscroll" tabIndex={0} aria-label={t('settings.costs.title')}>
      <table className="settab">
        <thead>
          <tr>
            <th scope="col">{t('settings.costs.month')}</th>
            <th scope="col">{t('settings.costs.category')}</th>
            <th scope="col">{t('settings.costs.billed')}</th>
            <th scope="col">{t('settings.costs.messages')}</th>
            {rates && <th scope="col">{t('settings.costs.amount')}</th>}
          </tr>
        </thead>
        <tbody>
          {months.map((month) => (
            <Fragment key={month.month}>
              {month.lines.map((line, at) => (
                <tr key={keyOf(line)} data-testid="cost">
                  <th scope="row">{at === 0 ? nameOf(month.month) : ''}</th>
                  <td>{categoryOf(t, line.category)}</td>
                  <td>{t(`settings.costs.billed_${billed(line)}`)}</td>
                  <td className="n">{count.format(line.count)}</td>
                  {rates && <td className="n">{money(line.amount_micros)}</td>}
                </tr>
              ))}
              {rates && (
                <tr>
                  <td />
                  <td colSpan={3}>{t('settings.costs.total')}</td>
                  <td className="n">
                    <b>{money(month.amount_micros)}</b>
                  </td>
                </tr>
              )}
            </Fragment>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** What a billed message costs: nobody but the operator knows. */
function RatesDialog({ rates, onClose }: { rates: Costs['rates']; onClose: () => void }) {
  const { t } = useWords();
  const client = useQueryClient();
  const [currency, setCurrency] = useState(rates?.currency ?? 'EUR');
  const names = [...new Set([...CATEGORIES, ...Object.keys(rates?.micros ?? {})])];
  const [typed, setTyped] = useState<Record<string, string>>(() =>
    Object.fromEntries(
      names.map((name) => {
        const micros = rates?.micros[name];
        return [name, micros === undefined ? '' : String(micros / 1_000_000)];
      }),
    ),
  );
  const micros = Object.fromEntries(
    names.flatMap((name) => {
      const text = (typed[name] ?? '').trim().replace(',', '.');
      return text === '' ? [] : [[name, Math.round(Number(text) * 1_000_000)] as const];
    }),
  );
  const isBad = Object.values(micros).some((one) => !Number.isFinite(one) || one < 0);
  const save = useMutation({
    mutationFn: () => {
      const isNone = Object.keys(micros).length === 0;
      return call(
        api.PUT('/api/v1/figures/costs/rates', {
          body: { rates: isNone ? null : { currency: currency.trim().toUpperCase(), micros } },
        }),
      );
    },
    onSuccess: async (costs) => {
      client.setQueryData(['costs'], costs);
      onClose();
    },
  });
  return (
    <Modal
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('settings.costs.rates')}
      lead={t('settings.costs.ratesLead')}
    >
      <Form className="col g4 dlgb" onSend={() => save.mutate()}>
        <Field
          label={t('settings.costs.currency')}
          value={currency}
          maxLength={3}
          onValueChange={setCurrency}
        />
        {names.map((name) => (
          <Field
            key={name}
            label={categoryOf(t, name)}
            inputMode="decimal"
            placeholder="0.0000"
            value={typed[name] ?? ''}
            onValueChange={(text) => setTyped((before) => ({ ...before, [name]: text }))}
          />
        ))}
        <Refused error={save.error} />
        <Foot onCancel={onClose}>
          <Button look="pri" type="submit" busy={save.isPending} disabled={isBad}>
            {t('settings.save')}
          </Button>
        </Foot>
      </Form>
    </Modal>
  );
}

function keyOf(line: Line): string {
  return `${line.category}/${line.kind}/${line.model}/${line.is_billable}`;
}

function billed(line: Line): 'yes' | 'window' | 'entry' | 'no' | 'untold' {
  if (line.is_billable === null) return 'untold';
  if (line.is_billable) return 'yes';
  if (line.kind === 'free_customer_service') return 'window';
  return line.kind === 'free_entry_point' ? 'entry' : 'no';
}

function categoryOf(t: ReturnType<typeof useWords>['t'], category: string): string {
  const key = `settings.costs.category_${category}`;
  return t.has(key) ? t(key) : category.replaceAll('_', ' ') || '—';
}
