import { Menu } from '@base-ui/react/menu';
import { Check } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { isSort, SORTS, type Sort } from '../../lib/views.ts';
import type { PopupProps } from '../../ui/use-popup.ts';

export interface SortProps {
  sort: Sort;
  onSort: (sort: Sort) => void;
}

export function SortPopup({ sort, onSort, open, onOpenChange, button }: SortProps & PopupProps) {
  const t = useTranslations();
  return (
    <Menu.Root open={open} onOpenChange={onOpenChange}>
      <Menu.Portal>
        <Menu.Positioner anchor={button} className="pos" align="end" sideOffset={4}>
          <Menu.Popup className="pop menu" finalFocus={button} aria-label={t('list.sort')}>
            <Menu.RadioGroup
              value={sort}
              onValueChange={(value: string) => isSort(value) && onSort(value)}
            >
              {SORTS.map((one) => (
                <Menu.RadioItem key={one} value={one} className="ci" closeOnClick>
                  <span className="grow">{t(`sort.${one}`)}</span>
                  <Menu.RadioItemIndicator>
                    <Check className="i i14" />
                  </Menu.RadioItemIndicator>
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
