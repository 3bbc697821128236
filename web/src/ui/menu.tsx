import { type ReactNode, useEffect, useRef, useState } from 'react';

/** A button that opens a panel below it; a press elsewhere, Escape or a choice closes it. */
export const Menu = ({
  label,
  button,
  className = 'icon-button plain',
  align = 'end',
  children,
}: {
  label: string;
  button: ReactNode;
  className?: string;
  align?: 'start' | 'end';
  /** @param close closes the panel, after a choice */
  children: (close: () => void) => ReactNode;
}) => {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const trigger = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open) return;
    const onPointerDown = ({ target }: PointerEvent): void => {
      if (!root.current?.contains(target as Node)) setOpen(false);
    };
    const onKeyDown = ({ key }: KeyboardEvent): void => {
      if (key !== 'Escape') return;
      setOpen(false);
      trigger.current?.focus();
    };
    window.addEventListener('pointerdown', onPointerDown);
    window.addEventListener('keydown', onKeyDown);
    return () => {
      window.removeEventListener('pointerdown', onPointerDown);
      window.removeEventListener('keydown', onKeyDown);
    };
  }, [open]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only notices that the focus went elsewhere
    <div
      ref={root}
      className="menu"
      onBlur={({ relatedTarget }) => {
        if (relatedTarget !== null && !root.current?.contains(relatedTarget)) setOpen(false);
      }}
    >
      <button
        ref={trigger}
        type="button"
        className={className}
        aria-label={label}
        title={label}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {button}
      </button>
      {open && <div className={`menu-panel menu-${align}`}>{children(() => setOpen(false))}</div>}
    </div>
  );
};
