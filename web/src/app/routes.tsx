import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import { LivePage } from '../live/live-page';
import { texts } from '../texts/texts';
import type { IconName } from './icon';
import type { PageProps } from './page-props';

export interface PageRoute {
  /** The first part of the path; '' is the start. */
  path: string;
  text: string;
  icon: IconName;
  /** What the role must be allowed to do (`GET /session`, `may`), one of these; the server decides, this only hides what would fail. */
  needs: readonly string[];
  /** Goes there: `g` and then this. */
  key: string;
  page: ComponentType<PageProps> | LazyExoticComponent<ComponentType<PageProps>>;
}

/**
 * Every page, in the order of the navigation. A page = its line here, its texts, its folder. All but the first are loaded when they are
 * opened: `lazy` wants a module whose default is the page.
 */
const ROUTES: readonly PageRoute[] = [
  { path: '', text: texts.nav.live, icon: 'live', needs: ['live.read'], key: 'l', page: LivePage },
  {
    path: 'trips',
    text: texts.nav.trips,
    icon: 'trips',
    needs: ['trips.read'],
    key: 't',
    page: lazy(() => import('../trips/trips-route')),
  },
  {
    path: 'drivers',
    text: texts.nav.drivers,
    icon: 'drivers',
    needs: ['scorecards.read'],
    key: 'd',
    page: lazy(() => import('../drivers/drivers-route')),
  },
  {
    path: 'vehicles',
    text: texts.nav.vehicles,
    icon: 'vehicles',
    needs: ['live.read'],
    key: 'v',
    page: lazy(() => import('../vehicles/vehicles-route')),
  },
  {
    path: 'rules',
    text: texts.nav.rules,
    icon: 'rules',
    needs: ['fleet.manage'],
    key: 'r',
    page: lazy(() => import('../rules/rules-page')),
  },
  {
    path: 'admin',
    text: texts.nav.admin,
    icon: 'admin',
    needs: ['server.administer', 'fleet.manage', 'evidence.read'],
    key: 'a',
    page: lazy(() => import('../admin/admin-page')),
  },
];

export const pagesFor = (may: (action: string) => boolean): readonly PageRoute[] => ROUTES.filter(({ needs }) => needs.some(may));

export const pathOf = ({ path }: PageRoute): string => `/${path}`;
