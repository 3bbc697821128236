import { Component, type ReactNode } from 'react';
import { texts } from '../texts/texts';
import { Notice } from './notice';

/** A page that fails to draw, or to load its code (the server was updated meanwhile), says so; the frame and the other pages stay. */
export class PageErrors extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: undefined as unknown };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    if (this.state.error === undefined) return this.props.children;
    return (
      <main id="main" className="page-centre">
        <Notice title={texts.pageFailed} hint={String(this.state.error)} onRetry={() => window.location.reload()} />
      </main>
    );
  }
}
