import java.io.FileInputStream;
import java.io.InputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Reads a zip as the loop in TorchServe's ZipUtils.unzip does: java.util.zip.ZipInputStream over the bare
 * stream, local headers in their order, the central directory never seen. It hashes where the server writes.
 */
class ReadZip {
    public static void main(String[] args) throws Exception {
        InputStream source = args.length == 0 ? System.in : new FileInputStream(args[0]);
        Records records = new Records();
        try (ZipInputStream zip = new ZipInputStream(source)) {
            ZipEntry entry;
            while ((entry = zip.getNextEntry()) != null) {
                if (!entry.isDirectory()) records.add(entry.getName(), zip);
            }
        }
        records.print();
    }
}
