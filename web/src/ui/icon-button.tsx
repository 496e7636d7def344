import {
  type ComponentProps,
  cloneElement,
  type FocusEventHandler,
  type PointerEventHandler,
  type ReactElement,
  type ReactNode,
  useEffect,
  useRef,
  useState,
} from 'react';
import { late } from './late.tsx';

const Tip = late(() => import('./tip.tsx').then((module) => module.Tip), { takesKeys: false });

interface Heard {
  onPointerEnter?: PointerEventHandler;
  onPointerLeave?: PointerEventHandler;
  onPointerDown?: PointerEventHandler;
  onFocus?: FocusEventHandler;
  onBlur?: FocusEventHandler;
}

interface IconButtonProps extends ComponentProps<'button'> {
  label: string;
  shortcut?: string;
  small?: boolean;
  children: ReactNode;
}

export function IconButton({
  label,
  shortcut,
  small,
  className = '',
  children,
  ...rest
}: IconButtonProps) {
  return (
    <Hint text={label} shortcut={shortcut}>
      <button
        type="button"
        aria-label={label}
        className={`ib${small ? ' s' : ''} ${className}`.trim()}
        {...rest}
      >
        {children}
      </button>
    </Hint>
  );
}

const DELAY_MS = 400;

/**
 * A word on hover and focus; the label of the control itself must say the same. How it is drawn
 * is fetched when the first one is wanted: it weighs more than all the buttons.
 */
export function Hint({
  text,
  shortcut,
  children,
}: {
  text: string;
  shortcut?: string | undefined;
  children: ReactElement<Heard>;
}) {
  const [anchor, setAnchor] = useState<Element | null>(null);
  const [isOpen, setOpen] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const hide = () => {
    clearTimeout(timer.current);
    setOpen(false);
  };
  const show = (element: Element, delay: number) => {
    clearTimeout(timer.current);
    Tip.load();
    timer.current = setTimeout(() => {
      setAnchor(element);
      setOpen(true);
    }, delay);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  const { props } = children;
  return (
    <>
      {cloneElement(children, {
        onPointerEnter: (event) => {
          props.onPointerEnter?.(event);
          // A finger rests on nothing.
          if (event.pointerType !== 'touch') show(event.currentTarget, DELAY_MS);
        },
        onPointerLeave: (event) => {
          props.onPointerLeave?.(event);
          hide();
        },
        onPointerDown: (event) => {
          props.onPointerDown?.(event);
          hide();
        },
        onFocus: (event) => {
          props.onFocus?.(event);
          if (event.currentTarget.matches(':focus-visible')) show(event.currentTarget, 0);
        },
        onBlur: (event) => {
          props.onBlur?.(event);
          hide();
        },
      })}
      {anchor && (
        <Tip anchor={anchor} open={isOpen} onOpenChange={setOpen} text={text}>
          {shortcut}
        </Tip>
      )}
    </>
  );
}
