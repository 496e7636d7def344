import { useRouter } from '@tanstack/react-router';
import type { ComponentProps } from 'react';

interface Props extends Omit<ComponentProps<'a'>, 'href'> {
  to:
    | '/inbox'
    | '/simulator'
    | '/flow'
    | '/triggers'
    | '/knowledge'
    | '/reports'
    | '/live'
    | '/operations'
    | '/settings';
  view?: string;
  isCurrent: boolean;
}

/** A link of the navigation: which one is current is ours to say, not the address's prefix. */
export function NavLink({ to, view, isCurrent, onClick, ...rest }: Props) {
  const router = useRouter();
  const target = { to, search: view === undefined || view === 'open' ? {} : { view } };
  return (
    <a
      href={router.buildLocation(target).href}
      aria-current={isCurrent ? 'page' : undefined}
      onClick={(event) => {
        onClick?.(event);
        const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
        if (event.defaultPrevented || !isPlain || event.altKey) return;
        event.preventDefault();
        void router.navigate(target);
      }}
      {...rest}
    />
  );
}
