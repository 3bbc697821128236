import type { DeviceId, VehicleId } from '../model/ids.js';
import { RecordOrigin } from '../model/record.js';
import type { Speaker } from '../model/speaker.js';
import type { ArrivedMessage } from '../ports/listener.js';

type Said = Pick<ArrivedMessage, 'topic' | 'device' | 'talker'>;

/** So many topics are known at once; then all are asked for again. */
const MOST = 65_536;

/**
 * Who speaks on which topic, where the topic alone tells: asked once, and again whenever the registry has changed. It is kept with the talker, where the
 * listener knows who talks, and by topic where it does not. What is found is also handed out again as the same strings, whose hashes are known.
 */
export class KnownSpeakers {
  private readonly byTopic = new Map<string, Speaker>();

  /** @param forgot told when there were too many */
  constructor(
    private readonly forgot: () => void,
    private readonly most = MOST,
  ) {}

  find(said: Said, version: number): Speaker | undefined {
    const found = this.before(said);
    return found !== undefined && found.version === version && found.connected === said.device ? found : undefined;
  }

  /** @returns what records of it have in common; the same as before where the registry has changed elsewhere */
  note(said: Said, format: string, owner: { device: DeviceId; vehicle: VehicleId }, version: number): RecordOrigin {
    const { topic, talker, device: connected } = said;
    const { device, vehicle } = owner;
    const before = this.before(said)?.origin;
    const isSame = before?.key === vehicle && before.device === device && before.format === format;
    const origin = isSame ? before : new RecordOrigin(vehicle, device, format, topic);
    const speaker: Speaker = { connected, origin, version };
    if (talker !== undefined) {
      talker.speaker = speaker;
      return origin;
    }
    if (this.byTopic.size >= this.most && !this.byTopic.has(topic)) {
      this.byTopic.clear();
      this.forgot();
    }
    this.byTopic.set(topic, speaker);
    return origin;
  }

  private before({ topic, talker }: Said): Speaker | undefined {
    return talker === undefined ? this.byTopic.get(topic) : talker.speaker;
  }
}
