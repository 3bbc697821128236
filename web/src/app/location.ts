import { createStore, useStore } from './store';

/** Where we are: the path chooses the page, the query holds filters and selections, so that a link or a reload shows the same. */
const here = (): string => window.location.pathname + window.location.search;

const location$ = createStore(here());
window.addEventListener('popstate', () => location$.set(here()));

export const navigate = (to: string): void => {
  window.history.pushState(null, '', to);
  location$.set(here());
};

/** Changes parts of the query; undefined takes one out. Filters do not fill the history: back leaves the page. */
export const setQuery = (changes: Readonly<Record<string, string | undefined>>): void => {
  const query = new URLSearchParams(window.location.search);
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined || value === '') query.delete(key);
    else query.set(key, value);
  }
  const search = query.toString().replaceAll('%2C', ',');
  window.history.replaceState(null, '', window.location.pathname + (search === '' ? '' : `?${search}`));
  location$.set(here());
};

export const useLocation = (): { path: string; query: URLSearchParams } => {
  const [path, search] = useStore(location$).split('?', 2);
  return { path: path ?? '/', query: new URLSearchParams(search ?? '') };
};
