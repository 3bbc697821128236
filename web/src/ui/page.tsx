import { type ReactNode, useEffect } from 'react';
import { Link } from '../app/link';
import { texts } from '../texts/texts';

/** What the tab of the browser says. */
export const useTitle = (title: string): void => {
  useEffect(() => {
    document.title = title === texts.product ? title : `${title} · ${texts.product}`;
  }, [title]);
};

/** A page of text and tables: its name, what it is about, what can be done with all of it, then the content. */
export const Page = ({
  title,
  lead,
  back,
  actions,
  narrow = false,
  children,
}: {
  title: string;
  lead?: ReactNode;
  /** The list that this is one of. */
  back?: { to: string; text: string };
  /** Buttons and filters, at the right of the title. */
  actions?: ReactNode;
  /** For forms and prose: lines that can be read. */
  narrow?: boolean;
  children: ReactNode;
}) => {
  useTitle(title);
  return (
    <main id="main" className={narrow ? 'page narrow' : 'page'} tabIndex={-1}>
      {back && (
        <Link to={back.to} className="page-back">
          {back.text}
        </Link>
      )}
      <header className="page-head">
        <div className="page-title">
          <h1>{title}</h1>
          {lead && <p className="muted">{lead}</p>}
        </div>
        {actions && <div className="page-actions">{actions}</div>}
      </header>
      {children}
    </main>
  );
};

/** A part of a page, on a surface of its own. */
export const Section = ({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) => (
  <section className="card" aria-label={title}>
    <header className="card-head">
      <h2>{title}</h2>
      {actions}
    </header>
    {children}
  </section>
);

/** Numbers that sum something up, with their names. */
export const Figures = ({ figures }: { figures: readonly (readonly [name: string, value: ReactNode, hint?: string])[] }) => (
  <dl className="figures">
    {figures.map(([name, value, hint]) => (
      <div key={name} title={hint}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
);
