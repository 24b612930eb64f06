package dev.connaisseur.kubernetes;

/**
 * One place of a workload that names an image.
 *
 * @param index position in the list, counted from 0
 * @param name of the container or volume
 * @param image as written; empty where nothing is written
 * @param pullPolicy when a node fetches the image, as written; empty where nothing is written
 * @param pointer RFC 6901, from the object's root to the image's text
 */
public record ImagePosition(ImageList list, int index, String name, String image, String pullPolicy, String pointer) {
    public boolean isVolume() {
        return list == ImageList.IMAGE_VOLUMES;
    }
}
