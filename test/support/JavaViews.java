import java.io.BufferedReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Unpacks one archive after the other as TorchServe does, and tells what stands on the disk afterwards. Reads
 * lines `zip PATH` and `tar.gz PATH`; answers each with lines `file NAME SIZE SHA256`, names in hex and seen
 * from the target folder, at most one `error TEXT` in hex, and `end`. With TorchServe's jar on the class path
 * its own code does the unpacking; without it, zip alone is read, by the same loop.
 */
class JavaViews {
    private static final HexFormat HEX = HexFormat.of();

    public static void main(String[] args) throws Exception {
        Path scratch = Path.of(args[0]);
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream output = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        for (String line; (line = input.readLine()) != null; ) {
            int space = line.indexOf(' ');
            Path around = Files.createTempDirectory(scratch, "view");
            Path target = Files.createDirectory(around.resolve("target"));
            String error = unpack(line.substring(0, space), line.substring(space + 1), target.toFile());
            try (Stream<Path> found = Files.walk(around)) {
                for (Path path : (Iterable<Path>) found.filter(Files::isRegularFile)::iterator) {
                    String name = target.relativize(path).toString();
                    output.print("file " + hex(name) + ' ' + Files.size(path) + ' ' + sha256(path) + '\n');
                }
            }
            if (error != null) output.print("error " + hex(error) + '\n');
            output.print("end\n");
            output.flush();
            remove(around);
        }
    }

    private static String unpack(String form, String path, File target) throws Exception {
        try (InputStream source = new FileInputStream(path)) {
            Method server = serverMethod(form.equals("zip") ? "unzip" : "decompressTarGzipFile");
            if (server != null) server.invoke(null, source, target);
            else if (form.equals("zip")) unzip(source, target);
            else return "no jar of TorchServe";
            return null;
        } catch (InvocationTargetException error) {
            return String.valueOf(error.getCause());
        } catch (IOException | RuntimeException error) {
            return String.valueOf(error);
        }
    }

    private static Method serverMethod(String name) throws NoSuchMethodException {
        try {
            Class<?> tool = Class.forName("org.pytorch.serve.archive.utils.ZipUtils");
            return tool.getMethod(name, InputStream.class, File.class);
        } catch (ClassNotFoundException error) {
            return null;
        }
    }

    /** ZipUtils.unzip, statement by statement, its check for Zip Slip included. */
    private static void unzip(InputStream source, File target) throws IOException {
        try (ZipInputStream zip = new ZipInputStream(source)) {
            ZipEntry entry;
            while ((entry = zip.getNextEntry()) != null) {
                File file = new File(target, entry.getName());
                String canonical = file.getCanonicalFile().getPath();
                if (!canonical.startsWith(target.getCanonicalFile().getPath())) {
                    throw new IOException("Detected Zip Slip vulnerability: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(file.toPath());
                } else {
                    Files.createDirectories(file.getParentFile().toPath());
                    try (OutputStream out = Files.newOutputStream(file.toPath())) {
                        zip.transferTo(out);
                    }
                }
            }
        }
    }

    private static String hex(String text) {
        return HEX.formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String sha256(Path path) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] buffer = new byte[65536];
        try (InputStream body = Files.newInputStream(path)) {
            for (int count; (count = body.read(buffer)) >= 0; ) digest.update(buffer, 0, count);
        }
        return HEX.formatHex(digest.digest());
    }

    private static void remove(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> found = Files.walk(folder)) {
            all = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) Files.delete(path);
    }
}
