using Verify.Evidence;

namespace Verify.CommandLine;

/// <summary>
/// Paths that options name, looked at before the work is done: a wrong one is one line with the option and its value, and no
/// result is lost.
/// </summary>
internal static class Paths
{
    /// <summary>A folder to read.</summary>
    /// <exception cref="InputException">It is not there, or a file.</exception>
    public static string Existing(string option, string folder) =>
        Directory.Exists(folder) ? folder
        : File.Exists(folder) ? throw Wrong(option, folder, "a file, not a folder")
        : throw Wrong(option, folder, "no such folder");

    /// <summary>A folder to write into, made where it is not there; null stands for none.</summary>
    /// <exception cref="InputException">It cannot be made, or nothing be written there.</exception>
    public static string? Made(string option, string? folder)
    {
        if (folder is null)
            return null;
        if (File.Exists(folder))
            throw Wrong(option, folder, "a file, not a folder");
        Try(
            option,
            folder,
            () =>
            {
                Make(folder);
                Probe(folder);
            }
        );
        return folder;
    }

    /// <summary>A file to write, in a folder that is there; null stands for none.</summary>
    /// <exception cref="InputException">It is a folder, its folder is not there, or it cannot be written.</exception>
    public static string? Writable(string option, string? file)
    {
        if (file is null)
            return null;
        if (Directory.Exists(file))
            throw Wrong(option, file, "a folder, not a file");
        Try(
            option,
            file,
            () =>
            {
                var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
                if (!Directory.Exists(folder))
                    throw new IOException($"no folder {folder}");
                if (File.Exists(file))
                    File.OpenWrite(file).Dispose();
                else
                    Probe(folder);
            }
        );
        return file;
    }

    private static void Make(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (FileNotFoundException)
        {
            throw new IOException("the folder cannot be made");
        }
    }

    /// <summary>Writes and deletes a file; what a system says of its name is no help.</summary>
    private static void Probe(string folder)
    {
        var name = Path.Combine(folder, Path.GetRandomFileName());
        try
        {
            using var probe = new FileStream(
                name,
                FileMode.CreateNew,
                FileAccess.Write,
                FileShare.None,
                bufferSize: 1,
                FileOptions.DeleteOnClose
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"no file can be made in {folder}");
        }
    }

    private static void Try(string option, string path, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Wrong(option, path, path.Length == 0 ? "no path" : $"cannot be written: {e.Message}");
        }
    }

    private static InputException Wrong(string option, string path, string fault) => new($"{option} '{path}': {fault}");
}
