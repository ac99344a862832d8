using System.Globalization;
using OrleansCompute.Edge.Protocol.Payloads;

namespace OrleansCompute.Edge.Agent.Cameras;

/// <summary>
/// How far the camera is, so that a restarted agent goes on behind the last acknowledged result: <c>camera-progress</c> is one line of
/// the camera's images, the model of the pass, its version and issue, and the next image. It is replaced by renaming and not flushed
/// to disk: what a power cut takes is classified again, and the fabric knows results by their sample. Used by one task at a time.
/// </summary>
internal sealed class CameraProgress
{
    private const int Fields = 5;

    // Five fields of at most 64 characters; a larger file is none of ours.
    private const int MaxBytes = 512;

    private readonly string _path;
    private readonly string _images;

    private CameraProgress(string path, string images) => (_path, _images) = (path, images);

    /// <summary>Opens the progress of a folder; nothing is written yet.</summary>
    /// <param name="folder">Must exist.</param>
    /// <param name="images">Tells one set of images from another; without spaces. Progress of another set does not count.</param>
    public static CameraProgress Open(string folder, string images) => new(Path.Combine(folder, "camera-progress"), images);

    /// <summary>The image to begin with, from 0.</summary>
    /// <param name="pass">The model that a pass begins with.</param>
    /// <param name="anyModel">Whether every image is classified once in all: then the pass goes on whatever model it began with.</param>
    /// <param name="count">The number of images, which is also the answer when there is nothing left.</param>
    public int ResumeAt(ModelOffer pass, bool anyModel, int count)
    {
        var fields = Read();
        return fields.Length == Fields && fields[0] == _images && (anyModel || fields.AsSpan(1, 3).SequenceEqual(Key(pass)))
            && int.TryParse(fields[4], NumberStyles.None, CultureInfo.InvariantCulture, out var next) && next <= count
                ? next
                : 0;
    }

    /// <summary>Everything up to the end of the batch is acknowledged.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Save(CameraBatch batch)
    {
        var temporary = _path + ".new";
        File.WriteAllText(
            temporary, string.Join(' ', [_images, .. Key(batch.Pass), batch.Next.ToString(CultureInfo.InvariantCulture)]));
        File.Move(temporary, _path, overwrite: true);
    }

    private static string[] Key(ModelOffer offer) =>
        [offer.Name, offer.Version.ToString(CultureInfo.InvariantCulture), offer.Issue.ToString(CultureInfo.InvariantCulture)];

    private string[] Read()
    {
        var file = new FileInfo(_path);
        return file.Exists && file.Length <= MaxBytes ? File.ReadAllText(_path).Split(' ') : [];
    }
}
