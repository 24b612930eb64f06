package dev.connaisseur.kubernetes;

/** The lists of a pod specification that name images. */
public enum ImageList {
    CONTAINERS("containers", "/image"),
    INIT_CONTAINERS("initContainers", "/image"),
    /** Added to a running pod by {@code kubectl debug}; templates may not carry them. */
    EPHEMERAL_CONTAINERS("ephemeralContainers", "/image"),
    /** OCI artifacts mounted as volumes; a volume of any other sort names no image. */
    IMAGE_VOLUMES("volumes", "/image/reference");

    private final String member;
    private final String image;

    ImageList(String member, String image) {
        this.member = member;
        this.image = image;
    }

    /** The list's name in a pod specification. */
    public String member() {
        return member;
    }

    /** Where an element holds its image: a pointer within the element. */
    String image() {
        return image;
    }
}
