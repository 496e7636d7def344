import { GitFork } from 'lucide-react';
import { lazy, Suspense, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useOnce } from '../../lib/hooks.ts';
import type { WhyProps } from './why-popover.tsx';

const load = () => import('./why-popover.tsx');
const WhyPopover = lazy(() => load().then((module) => ({ default: module.WhyPopover })));

/** "Pourquoi ?": stands beside every automated act; the answer is fetched when first asked for. */
export function Why(props: WhyProps) {
  const t = useTranslations();
  const [isOpen, setOpen] = useState(false);
  const wasOpened = useOnce(isOpen);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button
        ref={button}
        type="button"
        className="why"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onPointerEnter={() => void load()}
        onClick={() => setOpen((before) => !before)}
        data-testid="why"
      >
        <GitFork className="i" />
        {t('thread.why')}
      </button>
      <Suspense>
        {wasOpened && (
          <WhyPopover {...props} open={isOpen} onOpenChange={setOpen} button={button} />
        )}
      </Suspense>
    </>
  );
}
