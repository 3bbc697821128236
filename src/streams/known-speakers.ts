import type { DeviceId, VehicleId } from '../model/ids.js';

/** Whom all that comes on a topic speaks for. */
export interface Speaker {
  /** Who the connection was logged in as. */
  connected: DeviceId | undefined;
  topic: string;
  format: string;
  device: DeviceId;
  vehicle: VehicleId;
  /** Of the registry that was asked. */
  version: number;
}

/** So many topics are known at once; then all are asked for again. */
const MOST = 65_536;

/**
 * Who speaks on which topic, where the topic alone tells: asked once, and again whenever the registry has changed. What is found is also handed out again
 * as the same strings, whose hashes are known.
 */
export class KnownSpeakers {
  private readonly byTopic = new Map<string, Speaker>();

  /** @param forgot told when there were too many */
  constructor(
    private readonly forgot: () => void,
    private readonly most = MOST,
  ) {}

  find(topic: string, connected: DeviceId | undefined, version: number): Speaker | undefined {
    const found = this.byTopic.get(topic);
    return found !== undefined && found.version === version && found.connected === connected ? found : undefined;
  }

  note(speaker: Speaker): void {
    if (this.byTopic.size >= this.most && !this.byTopic.has(speaker.topic)) {
      this.byTopic.clear();
      this.forgot();
    }
    this.byTopic.set(speaker.topic, speaker);
  }
}
