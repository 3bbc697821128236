import { afterEach, beforeEach } from '@jest/globals';
import { anAlert } from '../../src/api/testing/fake-streams.js';
import { connectProbe, type SocketProbe } from '../../src/api/testing/socket-probe.js';
import { ADMIN_TOKEN, startTestApi, type TestApi } from '../../src/api/testing/start-test-api.js';

export interface WatchedApi {
  /** Of the test that runs. */
  readonly api: TestApi;
  connect(token?: string): Promise<SocketProbe>;
  /** Alerts `a-from` to `a-to`, each of which is one cursor further. */
  raise(from: number, to: number, vehicle?: string, more?: object): void;
}

/** An API for each test of a file, and its websocket clients, which end with the test. */
export const watchedApi = (): WatchedApi => {
  let api: TestApi;
  const probes: SocketProbe[] = [];
  beforeEach(async () => {
    api = await startTestApi();
  });
  afterEach(async () => {
    for (const { socket } of probes.splice(0)) socket.terminate();
    await api.close();
  });
  return {
    get api() {
      return api;
    },
    async connect(token = ADMIN_TOKEN) {
      const probe = await connectProbe(api.port, { authorization: `Bearer ${token}` });
      probes.push(probe);
      return probe;
    },
    raise(from, to, vehicle = 'v-1', more = {}) {
      for (let n = from; n <= to; n++) api.alerts.put(anAlert(`a-${n}`, vehicle, more));
    },
  };
};

/** The cursors of the alerts that came, in their order. */
export const cursorsOf = (probe: SocketProbe): string[] => probe.of('alert').map(frame => frame.cursor);

/** The cursors of the alerts `from` to `to`, as a caller of all groups sees them. */
export const cursorsFrom = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, n) => String(from + n));
