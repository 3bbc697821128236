import { Icon } from '../app/icon';
import { useFleet } from '../live/fleet';
import { texts } from '../texts/texts';
import { Menu } from '../ui/menu';
import { showToast } from '../ui/toasts';
import { momentPath } from './moment-path';

const FORMATS = ['gpx', 'csv', 'geojson', 'kml'] as const;

/** A trip for other tools, the pack of evidence for who may have it, and the address of this very second. */
export const ExportMenu = ({ trip, at }: { trip: string; at: number }) => {
  const { may } = useFleet();
  const base = `/api/v1/trips/${encodeURIComponent(trip)}`;
  const copy = async (): Promise<void> => {
    const address = new URL(momentPath(trip, at), window.location.href).href;
    try {
      await navigator.clipboard.writeText(address);
      showToast({ text: texts.replay.linkCopied });
    } catch {
      // Without TLS there is no clipboard: it can still be selected by hand.
      showToast({ text: address, tone: 'problem' });
    }
  };
  return (
    <Menu
      label={texts.replay.share}
      className="button small"
      button={
        <>
          <Icon name="download" />
          {texts.replay.share}
        </>
      }
    >
      {close => (
        <>
          <button
            type="button"
            className="menu-item"
            onClick={() => {
              close();
              void copy();
            }}
          >
            <Icon name="link" />
            {texts.replay.copyLink}
          </button>
          {FORMATS.map(format => (
            <a key={format} className="menu-item" href={`${base}/export?format=${format}`} download onClick={close}>
              <Icon name="download" />
              {texts.replay.export(format.toUpperCase())}
            </a>
          ))}
          {may('evidence.read') && (
            <a className="menu-item" href={`${base}/evidence`} download onClick={close}>
              <Icon name="admin" />
              {texts.replay.evidence}
            </a>
          )}
        </>
      )}
    </Menu>
  );
};
