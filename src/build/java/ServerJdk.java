import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Run by the build on the JDK that it chose: writes that JDK into the server's environment file. */
final class ServerJdk {
    private ServerJdk() {}

    public static void main(String[] args) throws IOException {
        Path file = Path.of(args[0]);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "JAVA_HOME=" + System.getProperty("java.home") + "\n");
    }
}
