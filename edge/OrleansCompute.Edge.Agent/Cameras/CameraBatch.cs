using OrleansCompute.Edge.Protocol.Payloads;

namespace OrleansCompute.Edge.Agent.Cameras;

/// <summary>Results on their way to the fabric, and where the camera is once they are acknowledged.</summary>
/// <param name="Report">The results.</param>
/// <param name="Pass">The model that ran when this pass over the images began; later ones may have made the results.</param>
/// <param name="Next">The image after the last one of the report, from 0; the number of images at the end of the pass.</param>
internal sealed record CameraBatch(InferenceReport Report, ModelOffer Pass, int Next);
