import { CircleX, Timer } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { useNow } from '../../lib/hooks.ts';
import { useWords } from '../../lib/i18n.ts';
import { cancel, planOf, run, subscribe } from '../../lib/plans.ts';
import { useRefusal } from '../../lib/use-refusal.ts';
import { Button } from '../../ui/button.tsx';
import { Banner } from '../../ui/states.tsx';

/** A macro that is about to happen, and the way to call it off; or why it did not. */
export function PlanBar({ id }: { id: string }) {
  const { t } = useWords();
  const refusal = useRefusal();
  const plan = useSyncExternalStore(subscribe, () => planOf(id));
  const now = useNow(250);
  if (!plan) return null;
  const seconds = Math.max(1, Math.ceil((plan.at - now) / 1_000));
  const isFailed = plan.state === 'failed';
  return (
    <div className="inpane" data-testid="plan">
      <Banner
        {...(isFailed ? { tone: 'bad' as const } : {})}
        icon={isFailed ? <CircleX className="i" /> : <Timer className="i" />}
        action={
          plan.state === 'running' ? undefined : (
            <span className="row g1">
              <Button size="s" onClick={() => cancel(id)} data-testid="plan-cancel">
                {isFailed ? t('app.close') : t('app.cancel')}
              </Button>
              <Button size="s" look="soft" onClick={() => void run(id)}>
                {isFailed ? t('app.retry') : t('bulk.now')}
              </Button>
            </span>
          )
        }
      >
        <b>{plan.name}</b>{' '}
        {isFailed && plan.error
          ? t('macro.failed', { why: refusal(plan.error) })
          : plan.state === 'waiting'
            ? t('macro.soon', { seconds })
            : t('macro.running')}
      </Banner>
    </div>
  );
}
