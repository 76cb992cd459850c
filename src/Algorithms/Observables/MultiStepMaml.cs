namespace Verify.Algorithms.Observables;

/// <summary>
/// What the multi-step MAML trials measure (Ji, Yang, Liang 2022). Task 0 is the task i of a statement about one task.
/// </summary>
public static class MultiStepMaml
{
    public static readonly Slot StartDistance = Slot.Create("startDistance", @"\lVert w-u\rVert");
    public static readonly Slot PathDistanceJ = Slot.Create("pathDistanceJ", @"\lVert\tilde w_j-\tilde u_j\rVert");
    public static readonly Slot PathDistanceN = Slot.Create("pathDistanceN", @"\lVert\tilde w_N-\tilde u_N\rVert");
    public static readonly Slot TrainGradient = Slot.Create(
        "trainGradient",
        @"\lVert\nabla l_{S_i}(w)\rVert, S_i the only data where one loss serves"
    );
    public static readonly Slot TrainGradientJ = Slot.Create(
        "trainGradientJ",
        @"\lVert\nabla l_{S_i}(\tilde w_j)\rVert"
    );
    public static readonly Slot MetaGradient = Slot.Create("metaGradient", @"\lVert\nabla\mathcal L(w)\rVert");
    public static readonly Slot MetaGradientGap = Slot.Create(
        "metaGradientGap",
        @"\lVert\nabla\mathcal L(w)-\nabla\mathcal L(u)\rVert"
    );

    // What one meta-gradient of one task costs.
    public static readonly Slot Gradients = Slot.Create("gradients", "gradient evaluations of one meta-gradient");
    public static readonly Slot HessianVectors = Slot.Create(
        "hessianVectors",
        "Hessian-vector products of one meta-gradient"
    );
    public static readonly Slot StoredVectors = Slot.Create(
        "storedVectors",
        "most vectors of d numbers stored at once"
    );

    // One loss per task (the resampling case without noise).
    public static readonly Slot TaskGradient = Slot.Create("taskGradient", @"\lVert\nabla l_i(w)\rVert");
    public static readonly Slot TaskMetaGap = Slot.Create(
        "taskMetaGap",
        @"\lVert\nabla l_i(w)-\nabla\mathcal L_i(w)\rVert"
    );
    public static readonly Slot MeanGradient = Slot.Create("meanGradient", @"\lVert\nabla l(w)\rVert");
    public static readonly Slot MeanTaskGradient = Slot.Create("meanTaskGradient", @"E_i\lVert\nabla l_i(w)\rVert");
    public static readonly Slot TaskMetaGradient = Slot.Create(
        "taskMetaGradient",
        @"\nabla\mathcal L_i(w), by reverse products",
        Extent.Dimension
    );
    public static readonly Slot TaskMetaGradientTwin = Slot.Create(
        "taskMetaGradientTwin",
        @"\nabla\mathcal L_i(w), by differentiating l_i(\tilde w_N(w)) forward",
        Extent.Dimension
    );

    // A train and a test loss per task (the finite-sum case).
    public static readonly Slot Gap = Slot.Create("b_0", @"b_i of the one task that a pathwise statement speaks of");
    public static readonly Slot MeanGap = Slot.Create("b", @"b = E_ib_i");
    public static readonly Slot MeanSquaredGap = Slot.Create("b_tilde", @"\tilde b = E_ib_i^2");
    public static readonly Slot TestGradient = Slot.Create("testGradient", @"\lVert\nabla l_{T_i}(w)\rVert");
    public static readonly Slot TestGradientN = Slot.Create("testGradientN", @"\lVert\nabla l_{T_i}(\tilde w_N)\rVert");
    public static readonly Slot TestMetaGap = Slot.Create(
        "testMetaGap",
        @"\lVert\nabla l_{T_i}(w)-\nabla\mathcal L_i(w)\rVert"
    );
    public static readonly Slot MeanTestGradient = Slot.Create("meanTestGradient", @"\lVert\nabla l_T(w)\rVert");
    public static readonly Slot MeanTestGradientNorm = Slot.Create(
        "meanTestGradientNorm",
        @"E_i\lVert\nabla l_{T_i}(w)\rVert"
    );
    public static readonly Slot EstimateSquare = Slot.Create("estimateSquare", @"E_i\lVert\widehat G_i(w)\rVert^2");
    public static readonly Slot Estimate = Slot.Create(
        "estimate",
        @"\widehat G_i(w), by reverse products",
        Extent.Dimension
    );
    public static readonly Slot EstimateTwin = Slot.Create(
        "estimateTwin",
        @"\widehat G_i(w), by differentiating l_{T_i}(\tilde w_N(w)) forward",
        Extent.Dimension
    );

    // The proof of lemma 14, eq. (66).
    public static readonly Slot GradientAtN = Slot.Create("gradientAtN", @"\nabla l_i(\tilde w_N)", Extent.Dimension);
    public static readonly Slot GradientAt0 = Slot.Create("gradientAt0", @"\nabla l_i(w)", Extent.Dimension);
    public static readonly Slot MeanHessianGradientAt0 = Slot.Create(
        "meanHessianGradientAt0",
        @"\bar H\nabla l_i(w), \bar H averaged over the segment from w to \tilde w_N by quadrature",
        Extent.Dimension
    );
    public static readonly Slot MeanHessianPathSum = Slot.Create(
        "meanHessianPathSum",
        @"\bar H\sum_{j=1}^{N-1}\nabla l_i(\tilde w_j)",
        Extent.Dimension
    );

    // The proof of proposition 1: V(m) = |prod_{j<m}(I - alpha H(w_j)) - prod_{j<m}(I - alpha H(u_j))|.
    public static readonly Slot ProductGapJ = Slot.Create(
        "V(j)",
        @"V(j), the spectral distance of the two products of j factors"
    );
    public static readonly Slot ProductGapBeforeJ = Slot.Create("V(j-1)", @"V(j-1); 0 where j <= 1");
    public static readonly Slot ProductGapN = Slot.Create("V(N)", @"V(N)");

    /// <summary>Lemma 13: |I - prod_{j=0}^m (I - alpha V_j)|.</summary>
    public static readonly Slot NearIdentityProduct = Slot.Create(
        "nearIdentityProduct",
        @"\lVert I-\prod_{j=0}^m(I-\alpha V_j)\rVert"
    );
}
