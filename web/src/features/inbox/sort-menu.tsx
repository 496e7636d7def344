import { ArrowDownWideNarrow } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { useTranslations } from 'use-intl';
import { IconButton } from '../../ui/icon-button.tsx';
import { usePopup } from '../../ui/use-popup.ts';
import type { SortProps } from './sort-popup.tsx';

const load = () => import('./sort-popup.tsx');
const SortPopup = lazy(() => load().then((module) => ({ default: module.SortPopup })));

export function SortMenu(props: SortProps) {
  const t = useTranslations();
  const { isWanted, trigger, popup } = usePopup('menu', load);
  return (
    <>
      <IconButton label={t('list.sort')} {...trigger}>
        <ArrowDownWideNarrow className="i" />
      </IconButton>
      <Suspense>{isWanted && <SortPopup {...props} {...popup} />}</Suspense>
    </>
  );
}
