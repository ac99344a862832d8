using OrleansCompute.Training.Compression;
using OrleansCompute.Training.Data;

namespace OrleansCompute.Cli.Commands.Models;

/// <summary>A folder with IDX files for training and for testing; either may be missing.</summary>
internal sealed record LabelledImages(SampleSet? Train, SampleSet? Test)
{
    public static LabelledImages Read(DirectoryInfo folder)
    {
        if (!folder.Exists)
        {
            throw new CommandException($"'{folder.FullName}' does not exist.");
        }

        var images = new LabelledImages(Read(folder, "train"), Read(folder, "t10k") ?? Read(folder, "test"));
        return images.Train is null && images.Test is null
            ? throw new CommandException($"'{folder.FullName}' has no IDX files named train*-images-idx3-ubyte[.gz] or t10k-images-idx3-ubyte[.gz] with their labels.")
            : images;
    }

    private static SampleSet? Read(DirectoryInfo folder, string prefix)
    {
        var images = folder.GetFiles($"{prefix}*images-idx3-ubyte*").OrderBy(file => file.Name, StringComparer.Ordinal).FirstOrDefault();
        if (images is null)
        {
            return null;
        }

        var labels = Path.Combine(folder.FullName, images.Name.Replace("images-idx3", "labels-idx1", StringComparison.Ordinal));
        try
        {
            return File.Exists(labels)
                ? SampleSet.From(ImageDataset.Load(images.FullName, labels))
                : throw new CommandException($"'{images.FullName}' has no labels beside it: '{labels}' does not exist.");
        }
        catch (DatasetFormatException exception)
        {
            throw new CommandException(exception.Message, exception);
        }
    }
}
