import { openApiOf } from '../api/http/openapi.js';
import type { AnyRoute } from '../api/http/route.js';
import type { RouteDeps } from '../api/routes/all-routes.js';
import { allRoutes } from '../api/routes/all-routes.js';
import { formatNames } from '../protocols/index.js';
import { ruleSchemas } from './rule-schemas.js';
import { version } from './version.js';

/** The table of routes with nothing behind it: to be described or to have its schemas tried, not to be run. */
export const describedRoutes = (): AnyRoute[] => {
  const parts = { formats: formatNames, rules: ruleSchemas };
  const deps = new Proxy(parts, { get: (known, name) => Reflect.get(known, name) ?? absent(String(name)) });
  return allRoutes(deps as unknown as RouteDeps);
};

/** The OpenAPI of this version, out of the table of routes alone: nothing is opened and nothing is started. */
export const describeApi = (): Record<string, unknown> => openApiOf(describedRoutes(), version);

/** A part that may be handed on but not used: a route is described without being run. */
const absent = (name: string): unknown =>
  new Proxy(Object, {
    get: (_, member) => () => {
      throw new Error(`A route uses ${name}.${String(member)} while it is being described, not when it is run.`);
    },
  });
