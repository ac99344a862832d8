namespace OrleansCompute.Edge.Agent.Configuration;

/// <summary>Which images the camera of an agent sees. It sees no labels.</summary>
public sealed class CameraOptions
{
    /// <summary>IDX image file, plain or gzip.</summary>
    public string ImagesPath { get; set; } = "";

    /// <summary>First image, from 0. Default 0.</summary>
    public int Start { get; set; }

    /// <summary>Distance to the next image, 1 to 1,000,000. Default 1; three agents share a file with start 0, 1, 2 and stride 3.</summary>
    public int Stride { get; set; } = 1;

    /// <summary>How many images; null (default) for all to the end of the file.</summary>
    public int? Count { get; set; }

    /// <summary>Pace, 0 to 100,000. Default 0: as fast as the model answers.</summary>
    public double ImagesPerSecond { get; set; }

    /// <summary>Whether a new model version sees all images again. Default false: every image is classified once.</summary>
    public bool RepeatOnNewModel { get; set; }
}
