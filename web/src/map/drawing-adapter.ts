import type { Map as MapLibre } from 'maplibre-gl';
import type { GeoJSONStoreFeatures, TerraDrawChanges, TerraDrawStylingFunction } from 'terra-draw';
import { TerraDrawMapLibreGLAdapter } from 'terra-draw-maplibre-gl-adapter';

type Place = readonly [lon: number, lat: number];

/** Within 180 degrees of 0. */
const wrapped = (lon: number): number => lon - Math.round(lon / 360) * 360;

/**
 * The drawing knows longitudes from -180 to 180 only. Here these are counted from a meridian of our choice, so that with the one of 180 degrees
 * what goes over the date line is as any other shape. The meridian changes only while nothing is drawn.
 */
export class DrawingAdapter extends TerraDrawMapLibreGLAdapter<MapLibre> {
  private meridian = 0;

  constructor(private readonly map: MapLibre) {
    super({ map });
  }

  /** Counts from the date line where `lon` is nearer to that than to Greenwich. */
  countNear(lon: number): void {
    this.meridian = Math.abs(wrapped(lon)) > 90 ? 180 : 0;
  }

  /** Of a place on earth, how the drawing counts it. */
  inward = ([lon, lat]: Place): Place => [wrapped(lon - this.meridian), lat];

  /** Of what the drawing holds, the place on earth. */
  outward = ([lon, lat]: Place): Place => [wrapped(lon + this.meridian), lat];

  override project(lng: number, lat: number): { x: number; y: number } {
    // The one of the worlds side by side that is looked at.
    const lon = lng + this.meridian;
    const seen = this.map.getCenter().lng;
    return super.project(seen + wrapped(lon - seen), lat);
  }

  override unproject(x: number, y: number): { lng: number; lat: number } {
    const { lng, lat } = super.unproject(x, y);
    return { lng: wrapped(lng - this.meridian), lat };
  }

  override render(changes: TerraDrawChanges, styling: TerraDrawStylingFunction): void {
    const shown = (features: GeoJSONStoreFeatures[]): GeoJSONStoreFeatures[] => features.map(feature => this.shown(feature));
    const { created, updated, unchanged } = changes;
    super.render({ ...changes, created: shown(created), updated: shown(updated), unchanged: shown(unchanged) }, styling);
  }

  /** Beyond 180 degrees in one piece, as the map wants it. */
  private shown(feature: GeoJSONStoreFeatures): GeoJSONStoreFeatures {
    const moved = (value: unknown): unknown =>
      Array.isArray(value)
        ? typeof value[0] === 'number'
          ? [value[0] + this.meridian, ...value.slice(1)]
          : value.map(moved)
        : value;
    const { geometry } = feature;
    if (this.meridian === 0) return feature;
    return { ...feature, geometry: { ...geometry, coordinates: moved(geometry.coordinates) } as typeof geometry };
  }
}
